/* SPDX-License-Identifier: MIT */
/*
 * base64 - bytes as text (RFC 4648, with padding).
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

/* The array size that holds n bytes in base64, the NUL included. */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

/* Writes n bytes and a NUL; text has BASE64_SIZE(n). Returns text. */
char *base64_write(const void *bytes, size_t n, char *text);

/* Reads what base64_write() writes, nothing else; bytes has room for max. ERR_INVALID,
 * ERR_TOO_LARGE.
 */
MUST_CHECK enum err base64_read(const char *text, unsigned char *bytes, size_t max, size_t *ret_n);

#endif
