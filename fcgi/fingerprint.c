/* SPDX-License-Identifier: MIT */
#include "fcgi/fingerprint.h"

#include <sodium.h>
#include <string.h>

/* Length first, so that "ab","c" and "a","bc" differ. */
static void
bytes_hash(crypto_generichash_state *state, const void *bytes, size_t n)
{
	const uint64_t count = n;
	crypto_generichash_update(state, (const unsigned char *)&count, sizeof(count));
	crypto_generichash_update(state, bytes, n);
}

static bool
is_text(enum field_type type)
{
	switch (type) {
	case FIELD_TYPE_TEXT:
	case FIELD_TYPE_LINES:
	case FIELD_TYPE_EMAIL:
	case FIELD_TYPE_PHONE:
	case FIELD_TYPE_TOKEN:
	case FIELD_TYPE_URL:
	case FIELD_TYPE_SECRET: return true;
	case FIELD_TYPE_ID:
	case FIELD_TYPE_MONEY:
	case FIELD_TYPE_NUMBER:
	case FIELD_TYPE_DATE:
	case FIELD_TYPE_BOOL:
	case FIELD_TYPE_CHOICE:
	case FIELD_TYPE_MAX: break;
	}
	return false;
}

void
fingerprint_of(const struct field table[], const void *from,
               unsigned char ret_fingerprint[FINGERPRINT_BYTES])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, FINGERPRINT_BYTES);
	for (; table->name; table++) {
		const char *at = (const char *)from + table->offset;
		if (!field_was_given(table, from))
			continue;
		bytes_hash(&state, table->name, strlen(table->name));
		bytes_hash(&state, at, is_text(table->type) ? strlen(at) : table->size);
	}
	crypto_generichash_final(&state, ret_fingerprint, FINGERPRINT_BYTES);
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
