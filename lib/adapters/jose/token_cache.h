/* SPDX-License-Identifier: MIT */
/*
 * token_cache - tokens that were verified, until they expire, so that a signature is checked once.
 *
 * It holds TOKEN_CACHE_MAX tokens by their hash; a further one takes the place of one that expires
 * earlier. Not thread-safe: its owner has a lock.
 */
#ifndef ADAPTERS_JOSE_TOKEN_CACHE_H
#define ADAPTERS_JOSE_TOKEN_CACHE_H

#include "domain/token.h"

#define TOKEN_CACHE_MAX  1024
#define TOKEN_CACHE_WAYS 4 /* places that a token may have */
#define TOKEN_HASH_BYTES 32

struct token_cache_entry {
	unsigned char hash[TOKEN_HASH_BYTES];
	struct token_claims claims; /* exp 0: the place is free */
};

struct token_cache {
	struct token_cache_entry entries[TOKEN_CACHE_MAX];
};

/* The hash of a token's text. */
void token_hash(const char *token, unsigned char ret_hash[TOKEN_HASH_BYTES]);

/* The claims of a token that was put and is not replaced since; NULL: none. */
const struct token_claims *token_cache_get(const struct token_cache *cache,
                                           const unsigned char hash[TOKEN_HASH_BYTES]);

void token_cache_put(struct token_cache *cache, const unsigned char hash[TOKEN_HASH_BYTES],
                     const struct token_claims *claims);

void token_cache_clear(struct token_cache *cache);

#endif
