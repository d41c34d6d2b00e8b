/* SPDX-License-Identifier: MIT */
#include "adapters/jose/issuer.h"

#include "adapters/jose/key_source.h"
#include "adapters/jose/signature.h"
#include "base/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct jose_issuer {
	char name[TOKEN_ISSUER_SIZE];
	pthread_mutex_t mutex; /* of the key */
	struct key_source key;
};

enum err
jose_issuer_open(const char *name, const char *key_file, struct jose_issuer **ret_issuer)
{
	struct jose_issuer *issuer = calloc(1, sizeof(*issuer));
	if (!issuer)
		return ERR_MEMORY;
	enum err err = text_copy(issuer->name, sizeof(issuer->name), name);
	if (err == OK)
		err = key_source_open(key_file, &issuer->key);
	if (err == OK && pthread_mutex_init(&issuer->mutex, NULL) != 0)
		err = ERR_SYSTEM_HERE();
	if (err != OK) {
		key_source_close(&issuer->key);
		free(issuer);
		return err;
	}
	*ret_issuer = issuer;
	return OK;
}

void
jose_issuer_close(struct jose_issuer *issuer)
{
	if (!issuer)
		return;
	key_source_close(&issuer->key);
	pthread_mutex_destroy(&issuer->mutex);
	free(issuer);
}

/* The key to sign with, with a reference; NULL: none. */
static struct json_t *
key_take(struct jose_issuer *issuer, char ret_kid[TOKEN_KID_SIZE])
{
	struct json_t *key = NULL;
	pthread_mutex_lock(&issuer->mutex);
	(void)key_source_look(&issuer->key);
	if (issuer->key.keys.n) {
		memcpy(ret_kid, issuer->key.keys.keys[0].kid, TOKEN_KID_SIZE);
		key = key_set_find(&issuer->key.keys, ret_kid, 0);
	}
	pthread_mutex_unlock(&issuer->mutex);
	return key;
}

static enum err
jose_issue(void *self, const struct token_claims *claims, char *token, size_t size)
{
	struct jose_issuer *issuer = self;
	struct token_claims named = *claims;
	char payload[TOKEN_TEXT], kid[TOKEN_KID_SIZE];
	const char *why;
	memcpy(named.iss, issuer->name, sizeof(named.iss));
	enum err err = token_claims_check(&named, &why);
	if (err == OK)
		err = token_claims_write(&named, payload);
	if (err != OK)
		return err;
	struct json_t *key = key_take(issuer, kid);
	if (!key)
		return ERR_UNAVAILABLE;
	err = signature_make(key, kid, token_kind_name(named.kind), payload, token, size);
	pthread_mutex_lock(&issuer->mutex); /* references are counted under the lock */
	key_release(key);
	pthread_mutex_unlock(&issuer->mutex);
	return err;
}

struct token_issuer
jose_issuer_port(struct jose_issuer *issuer)
{
	return (struct token_issuer){.self = issuer, .issue = jose_issue};
}
