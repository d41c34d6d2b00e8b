/* SPDX-License-Identifier: MIT */
#include "adapters/webhook/sign.h"

#include "base/base64.h"
#include "domain/alarm/notification.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BEGIN_LENGTH (sizeof(WEBHOOK_SECRET_BEGIN) - 1)

static void
add(crypto_auth_hmacsha256_state *state, const char *text, size_t n)
{
	crypto_auth_hmacsha256_update(state, (const unsigned char *)text, n);
}

enum err
webhook_sign(const char *secret, const char *id, const char *timestamp, const char *body,
             size_t len, char ret_signature[SIGNATURE_SIZE])
{
	unsigned char key[SECRET_SIZE], mac[crypto_auth_hmacsha256_BYTES];
	char text[BASE64_SIZE(sizeof(mac))];
	size_t n;
	crypto_auth_hmacsha256_state state;
	if (strncmp(secret, WEBHOOK_SECRET_BEGIN, BEGIN_LENGTH) != 0 ||
	    base64_read(secret + BEGIN_LENGTH, key, sizeof(key), &n) != OK || n == 0)
		return ERR_INVALID;
	crypto_auth_hmacsha256_init(&state, key, n);
	sodium_memzero(key, sizeof(key));
	add(&state, id, strlen(id));
	add(&state, ".", 1);
	add(&state, timestamp, strlen(timestamp));
	add(&state, ".", 1);
	add(&state, body, len);
	crypto_auth_hmacsha256_final(&state, mac);
	snprintf(ret_signature, SIGNATURE_SIZE, "v1,%s", base64_write(mac, sizeof(mac), text));
	return OK;
}
