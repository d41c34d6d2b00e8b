/* SPDX-License-Identifier: MIT */
#include "domain/phone.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define FULL_WIDTH_FIRST 0xff01u /* ! */
#define FULL_WIDTH_LAST  0xff5eu /* ~ */
#define DIGITS           "0123456789"

/* The ASCII character that this one is written for; 0: none. */
static char
ascii_of(uint32_t character)
{
	if (character < 0x80)
		return (char)character;
	if (character >= FULL_WIDTH_FIRST && character <= FULL_WIDTH_LAST)
		return (char)(character - FULL_WIDTH_FIRST + '!');
	const bool is_dash = (character >= 0x2010 && character <= 0x2015) || character == 0x2212 ||
	                     character == 0xfe63;
	return is_dash ? '-' : '\0';
}

void
phone_tidy(char *text)
{
	const char *from = text;
	char *to = text;
	while (*from) {
		const char *start = from;
		const char ascii = ascii_of(text_next(&from));
		if (ascii) {
			*to++ = ascii;
			continue;
		}
		memmove(to, start, (size_t)(from - start));
		to += from - start;
	}
	*to = '\0';
	if (strncmp(text, "tel:", 4) == 0)
		memmove(text, text + 4, strlen(text + 4) + 1);
}

/* Whether it is an extension with its number. */
static bool
is_extension(const char *text)
{
	static const char *const words[] = {"ext.", "ext", ";ext=", "x", "#"};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const size_t n = strlen(words[i]);
		const char *number = text + n;
		if (strncmp(text, words[i], n) != 0)
			continue;
		number += strspn(number, " ");
		if (*number && !number[strspn(number, DIGITS)])
			return true;
	}
	return false;
}

bool
phone_is_valid(const char *text)
{
	const size_t n = strspn(text, DIGITS "+-(). /");
	const size_t first = strcspn(text, DIGITS);
	return first < n && (!text[n] || is_extension(text + n));
}
