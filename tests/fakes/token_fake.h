/* SPDX-License-Identifier: MIT */
/*
 * token_fake - an issuer that keeps what it issued, and a verifier that knows nothing else: both of
 * app/token.h, without keys.
 */
#ifndef TESTS_FAKES_TOKEN_FAKE_H
#define TESTS_FAKES_TOKEN_FAKE_H

#include "app/token.h"

#include <pthread.h>

#define TOKEN_FAKE_MAX 64

struct token_fake {
	pthread_mutex_t mutex;
	const char *issuer;   /* iss of what it issues, and of what it accepts */
	const char *audience; /* of what it accepts */
	instant_t now;        /* the verifier's clock */
	enum err fails;       /* of every call, unless OK */

	size_t n; /* tokens issued: token i of "fake-token-i" has the claims issued[i] */
	struct token_claims issued[TOKEN_FAKE_MAX];
};

void token_fake_init(struct token_fake *fake, const char *issuer, const char *audience,
                     instant_t now);

struct token_issuer token_fake_issuer(struct token_fake *fake);
struct token_verifier token_fake_verifier(struct token_fake *fake);

#endif
