/* SPDX-License-Identifier: MIT */
#include "adapters/jose/token_cache.h"

#include <sodium.h>
#include <string.h>

void
token_hash(const char *token, unsigned char ret_hash[TOKEN_HASH_BYTES])
{
	crypto_generichash(ret_hash, TOKEN_HASH_BYTES, (const unsigned char *)token, strlen(token),
	                   NULL, 0);
}

/* The first of the places that this hash may have. */
static size_t
first_place(const unsigned char hash[TOKEN_HASH_BYTES])
{
	const size_t number = (size_t)hash[0] << 16 | (size_t)hash[1] << 8 | hash[2];
	return number % (TOKEN_CACHE_MAX / TOKEN_CACHE_WAYS) * TOKEN_CACHE_WAYS;
}

const struct token_claims *
token_cache_get(const struct token_cache *cache, const unsigned char hash[TOKEN_HASH_BYTES])
{
	const struct token_cache_entry *entry = &cache->entries[first_place(hash)];
	for (size_t i = 0; i < TOKEN_CACHE_WAYS; i++)
		if (entry[i].claims.exp && memcmp(entry[i].hash, hash, TOKEN_HASH_BYTES) == 0)
			return &entry[i].claims;
	return NULL;
}

void
token_cache_put(struct token_cache *cache, const unsigned char hash[TOKEN_HASH_BYTES],
                const struct token_claims *claims)
{
	struct token_cache_entry *places = &cache->entries[first_place(hash)], *at = places;
	for (size_t i = 1; i < TOKEN_CACHE_WAYS; i++)
		if (places[i].claims.exp < at->claims.exp)
			at = &places[i];
	memcpy(at->hash, hash, TOKEN_HASH_BYTES);
	at->claims = *claims;
}

void
token_cache_clear(struct token_cache *cache)
{
	for (size_t i = 0; i < TOKEN_CACHE_MAX; i++)
		cache->entries[i].claims.exp = 0;
}
