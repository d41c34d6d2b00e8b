/* SPDX-License-Identifier: MIT */
#include "adapters/jose/key_set.h"

#include "adapters/jose/jose_config.h"
#include "base/text.h"

#include <jansson.h>
#include <string.h>

#define SECOND_MS 1000

static void
say_nothing(void *misc, const char *file, int line, uint64_t code, const char *format, va_list args)
{
	(void)misc, (void)file, (void)line, (void)code, (void)format, (void)args;
}

jose_cfg_t *
jose_config(void)
{
	jose_cfg_t *cfg = jose_cfg();
	if (cfg)
		jose_cfg_set_err_func(cfg, say_nothing, NULL);
	return cfg;
}

/* Whether the key is one for ES256; ret_key is filled then, with a reference. */
static bool
key_take(json_t *json, struct key *ret_key)
{
	const char *kty = "", *crv = "", *kid = "", *use = "sig", *alg = TOKEN_ALG;
	json_int_t until = 0;
	if (json_unpack(json, "{s:s, s:s, s:s, s?s, s?s, s?I}", "kty", &kty, "crv", &crv, "kid",
	                &kid, "use", &use, "alg", &alg, "exp", &until) != 0 ||
	    strcmp(kty, "EC") != 0 || strcmp(crv, "P-256") != 0 || strcmp(use, "sig") != 0 ||
	    strcmp(alg, TOKEN_ALG) != 0 || until < 0 || until > INT64_MAX / SECOND_MS)
		return false;
	if (!*kid || text_copy(ret_key->kid, sizeof(ret_key->kid), kid) != OK)
		return false;
	ret_key->until = until * SECOND_MS;
	ret_key->json = json_incref(json);
	return true;
}

enum err
key_set_read(const char *path, struct key_set *ret_keys)
{
	json_error_t error;
	json_t *list = NULL;
	struct key_set keys = {.n = 0};
	FILE *file = fopen(path, "re");
	if (!file)
		return ERR_UNAVAILABLE;
	json_auto_t *json = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	if (!json)
		return ERR_UNAVAILABLE;
	if (json_unpack(json, "{s:o}", "keys", &list) != 0) {
		keys.n += key_take(json, &keys.keys[keys.n]);
	} else {
		for (size_t i = 0; i < json_array_size(list) && keys.n < KEYS_MAX; i++)
			keys.n += key_take(json_array_get(list, i), &keys.keys[keys.n]);
	}
	if (keys.n == 0)
		return ERR_UNAVAILABLE;
	*ret_keys = keys;
	return OK;
}

void
key_set_done(struct key_set *keys)
{
	while (keys->n)
		key_release(keys->keys[--keys->n].json);
}

struct json_t *
key_set_find(const struct key_set *keys, const char *kid, instant_t now)
{
	for (size_t i = 0; i < keys->n; i++)
		if (strcmp(keys->keys[i].kid, kid) == 0 &&
		    (!keys->keys[i].until || keys->keys[i].until > now))
			return json_incref(keys->keys[i].json);
	return NULL;
}

void
key_release(struct json_t *key)
{
	json_decref(key);
}
