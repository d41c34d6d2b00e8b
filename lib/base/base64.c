/* SPDX-License-Identifier: MIT */
/* base64 - bytes as text. */
#include "base/base64.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
base64_write(const void *bytes, size_t n, char *text)
{
	const unsigned char *from = bytes;
	char *to = text;
	for (size_t i = 0; i < n; i += 3) {
		const size_t have = n - i;
		const unsigned group = (unsigned)from[i] << 16 |
		                       (have > 1 ? (unsigned)from[i + 1] << 8 : 0) |
		                       (have > 2 ? (unsigned)from[i + 2] : 0);
		*to++ = digits[group >> 18];
		*to++ = digits[group >> 12 & 63];
		*to++ = have > 1 ? digits[group >> 6 & 63] : '=';
		*to++ = have > 2 ? digits[group & 63] : '=';
	}
	*to = '\0';
	return text;
}

enum err
base64_read(const char *text, unsigned char *bytes, size_t max, size_t *ret_n)
{
	const size_t length = strlen(text), n = strspn(text, digits);
	size_t count = 0;
	unsigned bits = 0;
	if (length % 4 || length - n > 2 || strspn(text + n, "=") != length - n)
		return ERR_INVALID;
	for (size_t i = 0; i < n; i++) {
		bits = bits << 6 | (unsigned)(strchr(digits, text[i]) - digits);
		if (i % 4 == 0)
			continue;
		if (count == max)
			return ERR_TOO_LARGE;
		bytes[count++] = (unsigned char)(bits >> (6 - i % 4 * 2));
	}
	*ret_n = count;
	return OK;
}
