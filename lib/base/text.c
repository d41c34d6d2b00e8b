/* SPDX-License-Identifier: MIT */
/* text - UTF-8 in arrays of a declared size. */
#include "base/text.h"

#include <string.h>
#include <strings.h>

enum err
text_copy(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);
	if (n >= size)
		return ERR_TOO_LARGE;
	memcpy(to, from, n + 1);
	return OK;
}

#define CHAR_BYTES_MAX 4

/* The length in bytes of the character that starts at s, of which left bytes exist; 0 if none. */
static size_t
char_read(const unsigned char *s, size_t left, uint32_t *ret_code)
{
	size_t n;
	uint32_t code, least;
	*ret_code = s[0];
	if (s[0] < 0x80)
		return 1;
	if ((s[0] & 0xe0) == 0xc0) {
		n = 2, code = s[0] & 0x1fu, least = 0x80;
	} else if ((s[0] & 0xf0) == 0xe0) {
		n = 3, code = s[0] & 0x0fu, least = 0x800;
	} else if ((s[0] & 0xf8) == 0xf0) {
		n = 4, code = s[0] & 0x07u, least = 0x10000;
	} else {
		return 0;
	}
	if (n > left)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3fu);
	}
	if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return n;
}

bool
text_is_ascii(const char *text)
{
	while (*text && !(*text & 0x80))
		text++;
	return !*text;
}

uint32_t
text_next(const char **at)
{
	uint32_t code;
	size_t bytes = char_read((const unsigned char *)*at, strnlen(*at, CHAR_BYTES_MAX), &code);
	*at += bytes ? bytes : 1;
	return code;
}

size_t
text_unify_breaks(char *text, size_t n)
{
	size_t to = 0;
	for (size_t from = 0; from < n; from++) {
		if (text[from] == '\r' && from + 1 < n && text[from + 1] == '\n')
			continue;
		text[to++] = text[from] == '\r' ? '\n' : text[from];
	}
	if (to < n)
		text[to] = '\0';
	return to;
}

enum err
text_chars(const char *text, size_t n, size_t *ret_chars)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t chars = 0;
	uint32_t code;
	for (size_t at = 0; at < n; chars++) {
		size_t bytes = char_read(s + at, n - at, &code);
		if (bytes == 0)
			return ERR_MALFORMED;
		at += bytes;
	}
	*ret_chars = chars;
	return OK;
}

enum err
text_to_u64(const char *text, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;
	if (!*text)
		return ERR_INVALID;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return ERR_INVALID;
		uint64_t digit = (uint64_t)(*text - '0');
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, digit, &number) || number > max)
			return ERR_INVALID;
	}
	*ret_number = number;
	return OK;
}

bool
text_equal_any_case(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

bool
text_equal_secret(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	unsigned char differs = a_len != b_len;
	for (size_t i = 0; i < b_len; i++)
		differs |= (unsigned char)((a_len ? a[i % a_len] : 0) ^ b[i]);
	return !differs;
}
