/* SPDX-License-Identifier: MIT */
#include "adapters/jose/verifier.h"

#include "adapters/jose/key_source.h"
#include "adapters/jose/signature.h"
#include "adapters/jose/token_cache.h"
#include "base/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct trusted_issuer {
	enum token_kind kind;
	char issuer[TOKEN_ISSUER_SIZE], audience[TOKEN_AUDIENCE_SIZE];
	struct key_source keys;
};

struct jose_verifier {
	instant_t (*now)(void);
	pthread_mutex_t mutex; /* of keys and cache; no signature is checked under it */
	uint64_t generation;   /* of the keys: how often they have changed */
	size_t n;
	struct trusted_issuer trusted[TRUSTED_MAX];
	struct token_cache cache;
};

static enum err
trusted_open(const struct token_trust *trust, struct trusted_issuer *ret_trusted)
{
	ret_trusted->kind = trust->kind;
	enum err err = text_copy(ret_trusted->issuer, sizeof(ret_trusted->issuer), trust->issuer);
	if (err == OK)
		err = text_copy(ret_trusted->audience, sizeof(ret_trusted->audience),
		                trust->audience);
	return err == OK ? key_source_open(trust->key_file, &ret_trusted->keys) : err;
}

enum err
jose_verifier_open(const struct token_trust trusted[], size_t n, instant_t (*now)(void),
                   struct jose_verifier **ret_verifier)
{
	if (n > TRUSTED_MAX)
		return ERR_TOO_LARGE;
	struct jose_verifier *verifier = calloc(1, sizeof(*verifier));
	if (!verifier)
		return ERR_MEMORY;
	verifier->now = now;
	if (pthread_mutex_init(&verifier->mutex, NULL) != 0) {
		free(verifier);
		return ERR_SYSTEM_HERE();
	}
	enum err err = OK;
	for (; err == OK && verifier->n < n; verifier->n += err == OK)
		err = trusted_open(&trusted[verifier->n], &verifier->trusted[verifier->n]);
	if (err != OK)
		jose_verifier_close(verifier);
	else
		*ret_verifier = verifier;
	return err;
}

void
jose_verifier_close(struct jose_verifier *verifier)
{
	if (!verifier)
		return;
	for (size_t i = 0; i < verifier->n; i++)
		key_source_close(&verifier->trusted[i].keys);
	pthread_mutex_destroy(&verifier->mutex);
	free(verifier);
}

/* The issuer that says to have signed a token of this kind; NULL: none that is trusted. */
static struct trusted_issuer *
trusted_find(struct jose_verifier *verifier, enum token_kind kind, const char *issuer)
{
	for (size_t i = 0; i < verifier->n; i++)
		if (verifier->trusted[i].kind == kind &&
		    strcmp(verifier->trusted[i].issuer, issuer) == 0)
			return &verifier->trusted[i];
	return NULL;
}

/* Under the lock: a token that was verified before, unless keys have changed since. */
static bool
cached_find(struct jose_verifier *verifier, const unsigned char hash[TOKEN_HASH_BYTES],
            struct token_claims *ret_claims, uint64_t *ret_generation)
{
	bool changed = false;
	for (size_t i = 0; i < verifier->n; i++)
		changed |= key_source_look(&verifier->trusted[i].keys);
	if (changed) {
		token_cache_clear(&verifier->cache);
		verifier->generation++;
	}
	*ret_generation = verifier->generation;
	const struct token_claims *claims = token_cache_get(&verifier->cache, hash);
	if (claims)
		*ret_claims = *claims;
	return claims;
}

static enum err
refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return ERR_UNAUTHORIZED;
}

/* The key of a token, with a reference. */
static enum err
key_find(struct jose_verifier *verifier, const struct trusted_issuer *trusted, const char *kid,
         struct json_t **ret_key, const char **ret_why)
{
	pthread_mutex_lock(&verifier->mutex);
	const bool any = trusted->keys.keys.n > 0;
	*ret_key = key_set_find(&trusted->keys.keys, kid, verifier->now());
	pthread_mutex_unlock(&verifier->mutex);
	if (*ret_key)
		return OK;
	enum err err = refuse("the token's key is unknown", ret_why);
	return any ? err : ERR_UNAVAILABLE;
}

/* Everything about a token that no clock changes. */
static enum err
signed_read(struct jose_verifier *verifier, const char *token, struct token_claims *ret_claims,
            const char **ret_why)
{
	struct token_parts parts;
	struct token_header header;
	struct json_t *key = NULL;
	enum err err = token_parts_find(token, &parts, ret_why);
	if (err == OK)
		err = token_header_read(&parts, &header, ret_why);
	if (err == OK)
		err = token_claims_read(&parts, header.kind, ret_claims, ret_why);
	if (err != OK)
		return err;
	const struct trusted_issuer *trusted = trusted_find(verifier, header.kind, ret_claims->iss);
	if (!trusted)
		return refuse("the token is of another issuer", ret_why);
	err = key_find(verifier, trusted, header.kid, &key, ret_why);
	if (err != OK)
		return err;
	err = signature_check(key, &parts);
	pthread_mutex_lock(&verifier->mutex); /* references are counted under the lock */
	key_release(key);
	pthread_mutex_unlock(&verifier->mutex);
	return err == ERR_UNAUTHORIZED ? refuse("the token's signature is wrong", ret_why) : err;
}

static enum err
jose_verify(void *self, const char *token, enum token_kind kind, struct token_claims *ret_claims,
            const char **ret_why)
{
	struct jose_verifier *verifier = self;
	struct token_claims claims;
	unsigned char hash[TOKEN_HASH_BYTES];
	uint64_t generation;
	if (strnlen(token, TOKEN_TEXT) == TOKEN_TEXT)
		return refuse("the token is too long", ret_why);
	token_hash(token, hash);
	pthread_mutex_lock(&verifier->mutex);
	const bool cached = cached_find(verifier, hash, &claims, &generation);
	pthread_mutex_unlock(&verifier->mutex);
	enum err err = cached ? OK : signed_read(verifier, token, &claims, ret_why);
	if (err != OK)
		return err;
	const struct trusted_issuer *trusted = trusted_find(verifier, kind, claims.iss);
	if (!trusted)
		return refuse("the token is of another kind", ret_why);
	err = token_claims_accept(&claims, kind, trusted->issuer, trusted->audience,
	                          verifier->now(), ret_why);
	if (err != OK)
		return err;
	pthread_mutex_lock(&verifier->mutex);
	if (!cached && generation == verifier->generation)
		token_cache_put(&verifier->cache, hash, &claims);
	pthread_mutex_unlock(&verifier->mutex);
	*ret_claims = claims;
	return OK;
}

struct token_verifier
jose_verifier_port(struct jose_verifier *verifier)
{
	return (struct token_verifier){.self = verifier, .verify = jose_verify};
}
