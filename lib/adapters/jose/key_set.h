/* SPDX-License-Identifier: MIT */
/*
 * key_set - the keys of one file (RFC 7517, 5): public ones of a JWK set, or a private one.
 *
 * Of a set those keys count that are for ES256 (P-256, a kid, use sig if any, alg ES256 if any); others
 * are ignored. The member exp, in seconds, is when a key that was replaced stops to count.
 */
#ifndef ADAPTERS_JOSE_KEY_SET_H
#define ADAPTERS_JOSE_KEY_SET_H

#include "adapters/jose/token_text.h"

#define KEYS_MAX 16 /* of a set; further ones are ignored */

struct json_t;

enum key_alg { KEY_ES256, KEY_RS256 };

struct key {
	enum key_alg alg;
	char kid[TOKEN_KID_SIZE];
	instant_t until;     /* 0: no end */
	struct json_t *json; /* owned */
};

struct key_set {
	size_t n;
	struct key keys[KEYS_MAX];
};

/* Reads the file of a set, or of one key. ERR_UNAVAILABLE: it cannot be read, or is no such file;
 * ERR_MEMORY. */
MUST_CHECK enum err key_set_read(const char *path, struct key_set *ret_keys);

/* Reads a foreign issuer's set from text: keys for RS256 (RSA of 2048 to 8192 bits) count as well.
 * ERR_UNAVAILABLE: there is no key for either; ERR_MEMORY. */
MUST_CHECK enum err key_set_parse(const char *text, size_t n, struct key_set *ret_keys);

/* Empties it. */
void key_set_done(struct key_set *keys);

/* The key of this kid that counts now, with a reference that key_release() ends; NULL: none. Both under
 * the lock of the keys. */
struct json_t *key_set_find(const struct key_set *keys, const char *kid, instant_t now);

/* NULL is fine. */
void key_release(struct json_t *key);

#endif
