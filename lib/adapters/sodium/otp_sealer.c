/* SPDX-License-Identifier: MIT */
#include "adapters/sodium/otp_sealer.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONCE_BYTES  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED_BYTES (NONCE_BYTES + OTP_KEY_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define NAME_BYTES   16
#define ABOUT_SIZE   48

_Static_assert(OTP_SEALED_SIZE == 2 * SEALED_BYTES + 1, "a sealed key fits");
_Static_assert(OTP_SEAL_SIZE == 2 * OTP_KEY_BYTES + 1, "a key that is not sealed fits");
_Static_assert(sizeof(OTP_SEAL_PREFIX) + 2 * NAME_BYTES == OTP_SEAL_SIZE,
               "a seal has the form of a key");

struct secret {
	unsigned char key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	char seal[OTP_SEAL_SIZE];
};

struct sealer {
	size_t n;
	struct secret secrets[OTP_SECRETS_MAX];
};

/* What a word is used for has a hash of its own, so that the name tells nothing of the key. */
static void
derive(const char *word, size_t len, const char *purpose, unsigned char *to, size_t n)
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, n);
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, (const unsigned char *)word, len);
	crypto_generichash_final(&state, to, n);
}

static void
secret_read(const char *word, size_t len, struct secret *secret)
{
	unsigned char name[NAME_BYTES];
	const size_t prefix = strlen(OTP_SEAL_PREFIX);
	derive(word, len, "otp key", secret->key, sizeof(secret->key));
	derive(word, len, "otp name", name, sizeof(name));
	memcpy(secret->seal, OTP_SEAL_PREFIX, prefix);
	sodium_bin2hex(secret->seal + prefix, sizeof(secret->seal) - prefix, name, NAME_BYTES);
}

static size_t
about_write(uint64_t account_id, char about[ABOUT_SIZE])
{
	return (size_t)snprintf(about, ABOUT_SIZE, "otp key of account %" PRIu64, account_id);
}

static void
sealer_seal(void *self, uint64_t account_id, const unsigned char key[OTP_KEY_BYTES],
            struct otp_stored *ret_otp)
{
	const struct sealer *sealer = self;
	unsigned char bytes[SEALED_BYTES];
	char about[ABOUT_SIZE];
	*ret_otp = (struct otp_stored){.seal = ""};
	if (!sealer->n) {
		sodium_bin2hex(ret_otp->seal, sizeof(ret_otp->seal), key, OTP_KEY_BYTES);
		return;
	}
	randombytes_buf(bytes, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		bytes + NONCE_BYTES, NULL, key, OTP_KEY_BYTES, (const unsigned char *)about,
		about_write(account_id, about), NULL, bytes, sealer->secrets[0].key);
	memcpy(ret_otp->seal, sealer->secrets[0].seal, sizeof(ret_otp->seal));
	sodium_bin2hex(ret_otp->sealed, sizeof(ret_otp->sealed), bytes, sizeof(bytes));
}

/* Whether a text is n bytes in hexadecimal digits. */
static bool
digits_read(const char *text, unsigned char *to, size_t n)
{
	size_t read = 0;
	return sodium_hex2bin(to, n, text, strlen(text), NULL, &read, NULL) == 0 && read == n;
}

static enum err
sealer_open(void *self, uint64_t account_id, const struct otp_stored *otp,
            unsigned char ret_key[OTP_KEY_BYTES])
{
	const struct sealer *sealer = self;
	unsigned char bytes[SEALED_BYTES];
	char about[ABOUT_SIZE];
	if (strncmp(otp->seal, OTP_SEAL_PREFIX, strlen(OTP_SEAL_PREFIX)) != 0)
		return digits_read(otp->seal, ret_key, OTP_KEY_BYTES) ? OK : ERR_NOT_FOUND;
	if (!digits_read(otp->sealed, bytes, sizeof(bytes)))
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < sealer->n; i++) {
		if (strcmp(sealer->secrets[i].seal, otp->seal) != 0)
			continue;
		if (crypto_aead_xchacha20poly1305_ietf_decrypt(
			    ret_key, NULL, NULL, bytes + NONCE_BYTES, SEALED_BYTES - NONCE_BYTES,
			    (const unsigned char *)about, about_write(account_id, about), bytes,
			    sealer->secrets[i].key) == 0)
			return OK;
	}
	return ERR_NOT_FOUND;
}

enum err
otp_sealer_open(const char *words, struct otp_sealer *ret_sealer)
{
	if (sodium_init() < 0)
		return ERR_SYSTEM_CODE(0);
	struct sealer *sealer = calloc(1, sizeof(*sealer));
	if (!sealer)
		return ERR_MEMORY;
	for (words += strspn(words, " "); *words && sealer->n < OTP_SECRETS_MAX;
	     words += strspn(words, " ")) {
		const size_t len = strcspn(words, " ");
		secret_read(words, len, &sealer->secrets[sealer->n++]);
		words += len;
	}
	*ret_sealer = (struct otp_sealer){.self = sealer,
	                                  .seal = sealer->secrets[0].seal,
	                                  .seal_key = sealer_seal,
	                                  .open_key = sealer_open};
	return OK;
}

void
otp_sealer_close(struct otp_sealer *sealer)
{
	if (sealer->self)
		sodium_memzero(sealer->self, sizeof(struct sealer));
	free(sealer->self);
	*sealer = (struct otp_sealer){.self = NULL};
}
