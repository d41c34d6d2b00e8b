/* SPDX-License-Identifier: MIT */
#include "fcgi/etag.h"

#include "base/text.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

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
static enum err
tag_take(struct version_set *set, const char *text, size_t len)
{
	char digits[ETAG_TEXT];
	uint64_t version;
	if (len == 0 || len >= sizeof(digits) || *text == '0')
		return OK;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (text_to_u64(digits, VERSION_MAX, &version) != OK)
		return OK;
	if (set->n == VERSION_SET_MAX)
		return ERR_MALFORMED;
	set->version[set->n++] = version;
	return OK;
}

/* Behind white space and commas. */
static const char *
next(const char *at)
{
	return at + strspn(at, " \t,");
}

enum err
etags_parse(const char *value, enum etag_strength comparison, struct version_set *ret_set)
{
	const char *at = value ? next(value) : "", *text = NULL;
	enum err err = OK;
	size_t len = 0;
	bool weak;
	*ret_set = (struct version_set){.given = value != NULL};
	if (*at == '*') {
		ret_set->any = true;
		return *next(at + 1) ? ERR_MALFORMED : OK;
	}
	while (err == OK && *at) {
		at = tag_skip(at, &weak, &text, &len);
		if (!at)
			return ERR_MALFORMED;
		if (!weak || comparison == ETAG_WEAK)
			err = tag_take(ret_set, text, len);
		if (*at && !strchr(" \t,", *at))
			return ERR_MALFORMED;
		at = next(at);
	}
	return err;
}

const char *
etag_format(uint64_t version, enum etag_strength strength, char text[ETAG_TEXT])
{
	snprintf(text, ETAG_TEXT, "%s\"%" PRIu64 "\"", strength == ETAG_WEAK ? "W/" : "", version);
	return text;
}
