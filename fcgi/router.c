/* SPDX-License-Identifier: MIT */
#include "fcgi/router.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SEGMENT_MAX 20 /* digits of the largest id */

static const char *const names[METHOD_MAX] = {
	[GET] = "GET",     [HEAD] = "HEAD",     [POST] = "POST",      [PUT] = "PUT",
	[PATCH] = "PATCH", [DELETE] = "DELETE", [OPTIONS] = "OPTIONS"};

enum err
method_parse(const char *name, enum method *ret_method)
{
	for (enum method method = 0; method < METHOD_MAX; method++) {
		if (strcmp(names[method], name) == 0) {
			*ret_method = method;
			return OK;
		}
	}
	return ERR_METHOD;
}

const char *
method_name(enum method method)
{
	return method < METHOD_MAX ? names[method] : "other";
}

/* An id in a path: digits without leading zeros. */
static bool
id_read(const char *text, size_t len, uint64_t *ret_id)
{
	char digits[SEGMENT_MAX + 1];
	if (len > SEGMENT_MAX || (len > 1 && *text == '0'))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	return text_to_u64(digits, INT64_MAX, ret_id) == OK;
}

/* Whether the path matches the pattern. ret_literals: the number of literal segments. */
static bool
pattern_matches(const char *pattern, const char *path, uint64_t ret_ids[ROUTE_IDS_MAX],
                unsigned *ret_literals)
{
	unsigned ids = 0;
	*ret_literals = 0;
	while (*pattern == '/' && *path == '/') {
		size_t expected = strcspn(++pattern, "/"), given = strcspn(++path, "/");
		if (*pattern == '{') {
			if (ids == ROUTE_IDS_MAX || !id_read(path, given, &ret_ids[ids++]))
				return false;
		} else if (expected != given || memcmp(pattern, path, given) != 0) {
			return false;
		} else {
			++*ret_literals;
		}
		pattern += expected;
		path += given;
	}
	return !*pattern && !*path;
}

static unsigned
methods_of(enum method method)
{
	unsigned set = 1u << method | 1u << OPTIONS;
	return method == GET ? set | 1u << HEAD : set;
}

enum err
route_find(const struct route routes[], size_t n, bool internal, enum method method,
           const char *path, struct route_match *ret_match)
{
	struct route_match match = {.route = NULL};
	enum method wanted = method == HEAD ? GET : method;
	unsigned most = 0, literals;
	bool found = false;
	for (size_t i = 0; i < n; i++) {
		uint64_t ids[ROUTE_IDS_MAX] = {0};
		if ((routes[i].internal && !internal) ||
		    !pattern_matches(routes[i].pattern, path, ids, &literals) || literals < most)
			continue;
		if (literals > most) { /* the more literal pattern is another resource */
			match.allowed = 0;
			found = false;
		}
		most = literals;
		match.allowed |= methods_of(routes[i].method);
		if (found)
			continue;
		found = routes[i].method == wanted;
		match.route = &routes[i];
		memcpy(match.ids, ids, sizeof(ids));
	}
	if (!match.route)
		return ERR_NOT_FOUND;
	*ret_match = match;
	return found || method == OPTIONS ? OK : ERR_METHOD;
}

const char *
allow_format(unsigned allowed, char text[ALLOW_TEXT])
{
	size_t len = 0;
	text[0] = '\0';
	for (enum method method = 0; method < METHOD_MAX; method++)
		if (allowed & 1u << method)
			len += (size_t)snprintf(text + len, ALLOW_TEXT - len, "%s%s",
			                        len ? ", " : "", names[method]);
	return text;
}
