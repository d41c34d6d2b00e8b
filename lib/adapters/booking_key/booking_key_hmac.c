/* SPDX-License-Identifier: MIT */
#include "adapters/booking_key/booking_key_hmac.h"

#include "base/text.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define MAC_BYTES 16

_Static_assert(MAC_BYTES * 4 / 3 + 1 == BOOKING_KEY_MAC_CHARS, "128 bits in base64url");

/* What the two kinds of keys are computed from; keys that were given out before stay as they are. */
static const char *const purposes[BOOKING_KEY_KIND_MAX] = {
	[BOOKING_KEY_ANSWERED] = "key", [BOOKING_KEY_MAILED] = "mail"};

/* The MAC of a text by the secret of len bytes. */
static void
text_mac(const char *secret, size_t len, const char *text, char ret_mac[BOOKING_KEY_MAC_CHARS + 1])
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2base64(ret_mac, BOOKING_KEY_MAC_CHARS + 1, mac, MAC_BYTES,
	                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void
mac_write(const char *secret, size_t len, struct booking_key *key)
{
	char text[64];
	snprintf(text, sizeof(text), "booking %" PRIu64 " %s %" PRIu32, key->book_id,
	         purposes[key->kind], key->version);
	text_mac(secret, len, text, key->mac);
}

static void
hmac_make(void *self, enum booking_key_kind kind, uint64_t book_id, uint32_t version,
          char text[BOOKING_KEY_SIZE])
{
	struct booking_key key = {.kind = kind, .book_id = book_id, .version = version};
	mac_write(self, strcspn(self, " "), &key);
	booking_key_format(&key, text);
}

static void
hmac_mark(void *self, const char *network, char mark[CLIENT_MARK_SIZE])
{
	char text[64];
	snprintf(text, sizeof(text), "client %.50s", network);
	text_mac(self, strcspn(self, " "), text, mark);
}

static enum err
hmac_check(void *self, const char *text, struct booking_key *ret_key)
{
	struct booking_key given, made;
	if (booking_key_parse(text, &given) != OK)
		return ERR_UNAUTHORIZED;
	made = given;
	for (const char *at = self; *at; at += strspn(at, " ")) {
		const size_t len = strcspn(at, " ");
		mac_write(at, len, &made);
		if (text_equal_secret(given.mac, made.mac)) {
			*ret_key = given;
			return OK;
		}
		at += len;
	}
	return ERR_UNAUTHORIZED;
}

struct booking_keys
booking_keys_hmac(const char *secret)
{
	return (struct booking_keys){
		.self = (void *)secret, .make = hmac_make, .mark = hmac_mark, .check = hmac_check};
}
