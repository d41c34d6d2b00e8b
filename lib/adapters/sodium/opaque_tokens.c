/* SPDX-License-Identifier: MIT */
#include "adapters/sodium/opaque_tokens.h"

#include <sodium.h>
#include <string.h>

_Static_assert(OPAQUE_TOKEN_TEXT ==
                       sodium_base64_ENCODED_LEN(OPAQUE_TOKEN_BYTES,
                                                 sodium_base64_VARIANT_URLSAFE_NO_PADDING),
               "a token fits");
_Static_assert(SECRET_HASH_TEXT == 2 * crypto_hash_sha256_BYTES + 1, "a hash fits");

static void
opaque_tokens_hash(void *self, const char *text, char ret_hash[SECRET_HASH_TEXT])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	(void)self;
	crypto_hash_sha256(digest, (const unsigned char *)text, strlen(text));
	sodium_bin2hex(ret_hash, SECRET_HASH_TEXT, digest, sizeof(digest));
}

static void
opaque_tokens_random(void *self, void *to, size_t n)
{
	(void)self;
	randombytes_buf(to, n);
}

static void
opaque_tokens_make(void *self, char ret_token[OPAQUE_TOKEN_TEXT], char ret_hash[SECRET_HASH_TEXT])
{
	unsigned char bytes[OPAQUE_TOKEN_BYTES];
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(ret_token, OPAQUE_TOKEN_TEXT, bytes, sizeof(bytes),
	                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	opaque_tokens_hash(self, ret_token, ret_hash);
}

enum err
opaque_tokens_open(struct opaque_tokens *ret_tokens)
{
	if (sodium_init() < 0)
		return ERR_SYSTEM_CODE(0);
	*ret_tokens = (struct opaque_tokens){.make = opaque_tokens_make,
	                                     .hash = opaque_tokens_hash,
	                                     .random = opaque_tokens_random};
	return OK;
}
