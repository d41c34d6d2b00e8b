/* SPDX-License-Identifier: MIT */
/*
 * base64url - bytes as the text that tokens are made of (RFC 7515, 2: without padding).
 */
#ifndef ADAPTERS_JOSE_BASE64URL_H
#define ADAPTERS_JOSE_BASE64URL_H

#include "base/err.h"

#include <stddef.h>

/* The array size that holds n bytes, the NUL included. */
#define BASE64URL_SIZE(n) (((n)*4 + 2) / 3 + 1)

/* Writes n bytes and a NUL; text has BASE64URL_SIZE(n). */
void base64url_write(const void *bytes, size_t n, char *text);

/* Reads len characters: only the one form that base64url_write() gives. ERR_MALFORMED, also if they are
 * more than max bytes. */
MUST_CHECK enum err base64url_read(const char *text, size_t len, void *bytes, size_t max,
                                   size_t *ret_n);

#endif
