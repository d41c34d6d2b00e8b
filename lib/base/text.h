/* SPDX-License-Identifier: MIT */
/*
 * text - UTF-8 in arrays of a declared size; nothing is ever cut silently.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The array size that holds any text of so many characters, its NUL included. */
#define TEXT_SIZE(chars) ((chars)*4 + 1)

/* Copies from into to, whose size in bytes is given. ERR_TOO_LARGE leaves to as it was. */
MUST_CHECK enum err text_copy(char *to, size_t size, const char *from);

/* Counts the characters of n bytes. ERR_MALFORMED if they are not UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing over U+10FFFF). */
MUST_CHECK enum err text_chars(const char *text, size_t n, size_t *ret_chars);

/* Whether all characters are ASCII. */
bool text_is_ascii(const char *text);

/* Reads the character at *at and moves *at behind it. The text is UTF-8, and does not end there. */
uint32_t text_next(const char **at);

/* Makes each line break of n bytes, CR LF or CR, one LF. Returns the number of bytes that are left, and
 * sets a NUL behind them if they are fewer. */
size_t text_unify_breaks(char *text, size_t n);

/* Reads digits only, the whole text, at most max. ERR_INVALID (also for "", "+1", "1 ", "12abc"),
 * also when it is over max. */
MUST_CHECK enum err text_to_u64(const char *text, uint64_t max, uint64_t *ret_number);

/* Whether two texts are equal but for upper and lower case of ASCII letters. */
bool text_equal_any_case(const char *a, const char *b);

/* Whether two texts are equal, in a time that depends on the length of b only. For secrets. */
bool text_equal_secret(const char *a, const char *b);

#endif
