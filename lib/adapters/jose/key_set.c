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

/* Characters of base64url: the modulus of a key of 2048 to 8192 bits, and an exponent of 32 bits. */
#define RSA_N_CHARS_MIN 342
#define RSA_N_CHARS_MAX 1366
#define RSA_E_CHARS_MAX 6

static const char *const alg_names[] = {[KEY_ES256] = TOKEN_ALG, [KEY_RS256] = "RS256"};

static bool
is_p256(json_t *json)
{
	const char *crv = "";
	return json_unpack(json, "{s:s}", "crv", &crv) == 0 && strcmp(crv, "P-256") == 0;
}

static bool
is_rsa(json_t *json)
{
	const char *n = "", *e = "";
	if (json_unpack(json, "{s:s, s:s}", "n", &n, "e", &e) != 0)
		return false;
	return strlen(n) >= RSA_N_CHARS_MIN && strlen(n) <= RSA_N_CHARS_MAX &&
	       strlen(e) <= RSA_E_CHARS_MAX;
}

/* Whether the key is one for ES256 or, if it may be, RS256; ret_key is filled then, with a reference. */
static bool
key_take(json_t *json, bool may_be_rsa, struct key *ret_key)
{
	const char *kty = "", *kid = "", *use = "sig", *alg = NULL;
	json_int_t until = 0;
	if (json_unpack(json, "{s:s, s:s, s?s, s?s, s?I}", "kty", &kty, "kid", &kid, "use", &use,
	                "alg", &alg, "exp", &until) != 0 ||
	    strcmp(use, "sig") != 0 || until < 0 || until > INT64_MAX / SECOND_MS)
		return false;
	const bool is_rs256 = may_be_rsa && strcmp(kty, "RSA") == 0 && is_rsa(json);
	const bool is_es256 = strcmp(kty, "EC") == 0 && is_p256(json);
	ret_key->alg = is_rs256 ? KEY_RS256 : KEY_ES256;
	if ((!is_rs256 && !is_es256) || (alg && strcmp(alg, alg_names[ret_key->alg]) != 0))
		return false;
	if (!*kid || text_copy(ret_key->kid, sizeof(ret_key->kid), kid) != OK)
		return false;
	ret_key->until = until * SECOND_MS;
	ret_key->json = json_incref(json);
	return true;
}

static enum err
keys_take(json_t *json, bool may_be_rsa, struct key_set *ret_keys)
{
	json_t *list = NULL;
	struct key_set keys = {.n = 0};
	if (json_unpack(json, "{s:o}", "keys", &list) != 0) {
		keys.n += key_take(json, may_be_rsa, &keys.keys[keys.n]);
	} else {
		for (size_t i = 0; i < json_array_size(list) && keys.n < KEYS_MAX; i++)
			keys.n += key_take(json_array_get(list, i), may_be_rsa, &keys.keys[keys.n]);
	}
	if (keys.n == 0)
		return ERR_UNAVAILABLE;
	*ret_keys = keys;
	return OK;
}

enum err
key_set_read(const char *path, struct key_set *ret_keys)
{
	json_error_t error;
	FILE *file = fopen(path, "re");
	if (!file)
		return ERR_UNAVAILABLE;
	json_auto_t *json = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	return json ? keys_take(json, false, ret_keys) : ERR_UNAVAILABLE;
}

enum err
key_set_parse(const char *text, size_t n, struct key_set *ret_keys)
{
	json_error_t error;
	json_auto_t *json = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	return json ? keys_take(json, true, ret_keys) : ERR_UNAVAILABLE;
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
