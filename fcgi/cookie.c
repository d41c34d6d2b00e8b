/* SPDX-License-Identifier: MIT */
#include "fcgi/cookie.h"

#include <string.h>

bool
cookie_find(const char *cookies, const char *name, char *ret_value, size_t size)
{
	const size_t len = strlen(name);
	while (*cookies) {
		cookies += strspn(cookies, "; ");
		const size_t n = strcspn(cookies, ";");
		if (n > len && cookies[len] == '=' && strncmp(cookies, name, len) == 0) {
			const size_t value = n - len - 1;
			if (value >= size)
				return false;
			memcpy(ret_value, cookies + len + 1, value);
			ret_value[value] = '\0';
			return true;
		}
		cookies += n;
	}
	return false;
}
