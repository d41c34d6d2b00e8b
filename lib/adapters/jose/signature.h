/* SPDX-License-Identifier: MIT */
/*
 * signature - ES256 (RFC 7518, 3.4) over a token's header and payload, by libjose.
 *
 * libjose works on the objects of jansson, whose name json_object_get is also one of json-c's, and a
 * program has one of the two: no file that includes jansson.h may call it, or json_object_iter_next.
 * json_unpack() and json_object_getn() are jansson's alone.
 */
#ifndef ADAPTERS_JOSE_SIGNATURE_H
#define ADAPTERS_JOSE_SIGNATURE_H

#include "adapters/jose/token_text.h"
#include "base/err.h"

#include <stddef.h>

struct json_t;

/* Whether the signature of a token's text is by this key. ERR_UNAUTHORIZED, ERR_MEMORY. */
MUST_CHECK enum err signature_check(const struct json_t *key, const struct token_parts *parts);

/* Writes header.payload.signature into size bytes: a payload in base64url is signed with a private
 * key under its kid. ERR_TOO_LARGE, ERR_MEMORY; ERR_UNAVAILABLE: the key cannot sign. */
MUST_CHECK enum err signature_make(const struct json_t *key, const char *kid, const char *typ,
                                   const char *payload, char *token, size_t size);

#endif
