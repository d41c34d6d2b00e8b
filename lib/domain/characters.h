/* SPDX-License-Identifier: MIT */
/*
 * characters - which characters a text of a person may have, and what counts as empty.
 *
 * Names and descriptions go to other people: into pages, messages, subjects of mails. A character that
 * cannot be seen, or that changes the direction of what follows, could make one text look like
 * another. Joiners inside a text stay: emoji, Hangul and Indic scripts need them. All take UTF-8.
 */
#ifndef DOMAIN_CHARACTERS_H
#define DOMAIN_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Finds the first character that no text may have: a control character (also those of U+0080 to
 * U+009F), a line or paragraph separator, a character that embeds, overrides or isolates a direction
 * (U+202A to U+202E, U+2066 to U+2069), a noncharacter. multiline: a line feed and a tab are none of
 * them. Whether there is one.
 */
bool characters_find_forbidden(const char *text, bool multiline, uint32_t *ret_character);

/* Whether nothing in the text can be seen: it is empty, or only white space and invisible characters. */
bool characters_are_blank(const char *text);

/*
 * Tidies a text in its place. One in which nothing can be seen becomes empty. In a single line, white
 * space at both ends is removed, and each run of it within becomes one space; several lines are kept
 * as they are.
 */
void characters_tidy(char *text, bool multiline);

/*
 * Removes from a text in its place what people cannot see but which changes how they read the rest, or
 * where a line ends: control characters, line and paragraph separators, marks of direction, and
 * characters without a width other than joiners. Texts from before these were refused may have some.
 */
void characters_neutralise(char *text);

#endif
