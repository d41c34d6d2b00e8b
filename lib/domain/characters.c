/* SPDX-License-Identifier: MIT */
#include "domain/characters.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

struct range {
	uint32_t first, last;
};

static const struct range forbidden[] = {
	{0x7f, 0x9f}, {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfdd0, 0xfdef}};

/* Unicode's White_Space (PropList.txt). */
static const struct range spaces[] = {
	{0x09, 0x0d},     {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
	{0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

/* Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and the blank pattern of
 * Braille. */
static const struct range invisible[] = {
	{0xad, 0xad},       {0x34f, 0x34f},    {0x61c, 0x61c},   {0x115f, 0x1160},
	{0x17b4, 0x17b5},   {0x180b, 0x180f},  {0x200b, 0x200f}, {0x202a, 0x202e},
	{0x2060, 0x206f},   {0x2800, 0x2800},  {0x3164, 0x3164}, {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},   {0xffa0, 0xffa0},  {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};

/* Invisible characters that belong to nothing: at an end they are as good as white space. */
static const struct range blanks[] = {{0x200b, 0x200b}, {0x2060, 0x2060}, {0x2800, 0x2800},
                                      {0x3164, 0x3164}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}};

/* What misleads the readers of a text. */
static const struct range misleading[] = {{0x01, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},
                                          {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200b},
                                          {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
                                          {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0001, 0xe0001}};

static bool
is_in(const struct range ranges[], size_t n, uint32_t character)
{
	for (size_t i = 0; i < n; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

#define IS_IN(ranges, character) is_in(ranges, ARRAY_SIZE(ranges), character)

bool
characters_find_forbidden(const char *text, bool multiline, uint32_t *ret_character)
{
	while (*text) {
		const uint32_t character = text_next(&text);
		const bool is_break = character == '\n' || character == '\t';
		if ((character < 0x20 && !(multiline && is_break)) || IS_IN(forbidden, character) ||
		    (character & 0xfffe) == 0xfffe) {
			*ret_character = character;
			return true;
		}
	}
	return false;
}

bool
characters_are_blank(const char *text)
{
	while (*text) {
		const uint32_t character = text_next(&text);
		if (!IS_IN(spaces, character) && !IS_IN(invisible, character))
			return false;
	}
	return true;
}

void
characters_tidy(char *text, bool multiline)
{
	const char *from = text;
	char *to = text, *end = text; /* end: behind the last character that stays at the end */
	if (characters_are_blank(text)) {
		*text = '\0';
		return;
	}
	if (multiline)
		return;
	while (*from) {
		const char *start = from;
		const uint32_t character = text_next(&from);
		const bool is_space = IS_IN(spaces, character);
		const bool is_end = is_space || IS_IN(blanks, character);
		if (is_end && end == text)
			continue; /* at the beginning */
		if (is_space && to > end && to[-1] == ' ')
			continue; /* a run */
		if (is_space) {
			*to++ = ' ';
			continue;
		}
		memmove(to, start, (size_t)(from - start));
		to += from - start;
		end = is_end ? end : to;
	}
	*end = '\0';
}

void
characters_neutralise(char *text)
{
	const char *from = text;
	char *to = text;
	while (*from) {
		const char *start = from;
		const uint32_t character = text_next(&from);
		const bool is_utf8 = from - start > 1 || !(*start & 0x80);
		if (is_utf8 && IS_IN(misleading, character))
			continue;
		memmove(to, start, (size_t)(from - start));
		to += from - start;
	}
	*to = '\0';
}
