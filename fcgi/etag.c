/* SPDX-License-Identifier: MIT */
#include "fcgi/etag.h"

#include "base/text.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* No row has this version: the result of an If-Match with foreign tags only. */
#define VERSION_OF_NONE INT64_MAX

/* Skips one entity tag, ["W/"] DQUOTE *etagc DQUOTE. NULL: invalid. */
static const char *
tag_skip(const char *at, bool *ret_weak, const char **ret_text, size_t *ret_len)
{
	*ret_weak = strncmp(at, "W/", 2) == 0;
	if (*ret_weak)
		at += 2;
	if (*at != '"')
		return NULL;
	*ret_text = at + 1;
	*ret_len = strcspn(*ret_text, "\"");
	return (*ret_text)[*ret_len] ? *ret_text + *ret_len + 1 : NULL;
}

/* Adds a tag that can be ours: digits without leading zeros. */
static void
tag_add(struct etags *tags, bool weak, const char *text, size_t len)
{
	char digits[ETAG_TEXT];
	uint64_t version;
	if (len == 0 || len >= sizeof(digits) || *text == '0' || tags->n == ETAGS_MAX)
		return;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (text_to_u64(digits, INT64_MAX - 1, &version) != OK)
		return;
	tags->tag[tags->n].version = version;
	tags->tag[tags->n++].weak = weak;
}

void
etags_parse(const char *value, struct etags *ret_tags)
{
	struct etags tags = {.given = value != NULL};
	const char *text;
	size_t len;
	bool weak;
	for (const char *at = value; at && *(at += strspn(at, " \t,"));) {
		if (*at == '*') {
			tags.any = true;
			break;
		}
		at = tag_skip(at, &weak, &text, &len);
		if (at)
			tag_add(&tags, weak, text, len);
	}
	*ret_tags = tags;
}

bool
etags_match(const struct etags *tags, uint64_t version)
{
	if (tags->any)
		return true;
	for (unsigned i = 0; i < tags->n; i++)
		if (tags->tag[i].version == version)
			return true;
	return false;
}

uint64_t
etags_version(const struct etags *tags)
{
	uint64_t highest = 0;
	if (!tags->given || tags->any)
		return 0;
	for (unsigned i = 0; i < tags->n; i++)
		if (!tags->tag[i].weak && tags->tag[i].version > highest)
			highest = tags->tag[i].version;
	return highest ? highest : VERSION_OF_NONE;
}

const char *
etag_format(uint64_t version, char text[ETAG_TEXT])
{
	snprintf(text, ETAG_TEXT, "\"%" PRIu64 "\"", version);
	return text;
}
