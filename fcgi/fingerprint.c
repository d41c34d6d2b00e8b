/* SPDX-License-Identifier: MIT */
#include "fcgi/fingerprint.h"

#include "base/mem.h"
#include "fcgi/request.h"

#include <json-c/json.h>
#include <sodium.h>
#include <string.h>

static enum err value_hash(crypto_generichash_state *state, struct json_object *value);

static void
count_hash(crypto_generichash_state *state, char kind, size_t n)
{
	uint64_t count = n;
	crypto_generichash_update(state, (const unsigned char *)&kind, 1);
	crypto_generichash_update(state, (const unsigned char *)&count, sizeof(count));
}

/* Length first, so that "ab","c" and "a","bc" differ. */
static void
text_hash(crypto_generichash_state *state, char kind, const char *text, size_t n)
{
	count_hash(state, kind, n);
	crypto_generichash_update(state, (const unsigned char *)text, n);
}

static int
name_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of an object's members, sorted; the caller frees the array, not the names. */
static enum err
names_sorted(struct json_object *object, const char ***ret_names, size_t *ret_n)
{
	size_t n = 0, count = (size_t)json_object_object_length(object);
	const char **names = calloc(count + 1, sizeof(*names));
	if (!names)
		return ERR_MEMORY;
	json_object_object_foreach(object, name, value)
	{
		if (value && strcmp(name, IDEMPOTENCY_FIELD) != 0)
			names[n++] = name;
	}
	qsort(names, n, sizeof(*names), name_compare);
	*ret_names = names;
	*ret_n = n;
	return OK;
}

static enum err
object_hash(crypto_generichash_state *state, struct json_object *object)
{
	CLEANUP(free_p) const char **names = NULL;
	size_t n = 0;
	enum err err = names_sorted(object, &names, &n);
	count_hash(state, '{', n);
	for (size_t i = 0; err == OK && i < n; i++) {
		text_hash(state, 'n', names[i], strlen(names[i]));
		err = value_hash(state, json_object_object_get(object, names[i]));
	}
	return err;
}

static enum err
value_hash(crypto_generichash_state *state, struct json_object *value)
{
	if (json_object_is_type(value, json_type_object))
		return object_hash(state, value);
	if (json_object_is_type(value, json_type_array)) {
		enum err err = OK;
		size_t n = json_object_array_length(value);
		count_hash(state, '[', n);
		for (size_t i = 0; err == OK && i < n; i++)
			err = value_hash(state, json_object_array_get_idx(value, i));
		return err;
	}
	const char *text = value ? json_object_get_string(value) : "";
	if (!text)
		return ERR_MEMORY;
	text_hash(state, value ? 's' : '0', text,
	          json_object_is_type(value, json_type_string)
	                  ? (size_t)json_object_get_string_len(value)
	                  : strlen(text));
	return OK;
}

enum err
fingerprint_of(struct json_object *body, struct json_object *query,
               unsigned char ret_fingerprint[FINGERPRINT_BYTES])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, FINGERPRINT_BYTES);
	enum err err = value_hash(&state, body);
	if (err == OK)
		err = value_hash(&state, query);
	if (err == OK)
		crypto_generichash_final(&state, ret_fingerprint, FINGERPRINT_BYTES);
	return err;
}

void
key_of_form(const char *key, const unsigned char fingerprint[FINGERPRINT_BYTES],
            char ret_key[FORM_KEY_TEXT])
{
	unsigned char hash[FINGERPRINT_BYTES];
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)key, strlen(key), fingerprint,
	                   FINGERPRINT_BYTES);
	sodium_bin2hex(ret_key, FORM_KEY_TEXT, hash, sizeof(hash));
}
