/* SPDX-License-Identifier: MIT */
#include "fcgi/media_type.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

bool
media_type_is(const char *content_type, const char *type)
{
	size_t n = strlen(type);
	if (strncasecmp(content_type, type, n) != 0)
		return false;
	return strchr("; \t", content_type[n]) != NULL; /* strchr() finds the final NUL, too */
}

bool
media_type_is_utf8(const char *content_type)
{
	static const char *const fine[] = {"utf-8", "\"utf-8\"", "utf8", "us-ascii"};
	const char *at = strcasestr(content_type, "charset=");
	if (!at)
		return true;
	at += strlen("charset=");
	size_t n = strcspn(at, "; \t");
	for (size_t i = 0; i < ARRAY_SIZE(fine); i++)
		if (strlen(fine[i]) == n && strncasecmp(at, fine[i], n) == 0)
			return true;
	return false;
}
