/* SPDX-License-Identifier: MIT */
/*
 * token_suite - what holds of every issuer and verifier of app/token.h: on the fakes and on libjose.
 */
#ifndef TESTS_CONTRACT_TOKEN_SUITE_H
#define TESTS_CONTRACT_TOKEN_SUITE_H

#include "app/token.h"

#define TOKEN_SUITE_ISSUER "https://hotel.example"

struct token_subject {
	struct token_issuer issuer;     /* of TOKEN_SUITE_ISSUER */
	struct token_verifier verifier; /* trusts it for access tokens, as TOKEN_AUDIENCE */
	void (*set_now)(instant_t now); /* the verifier's clock */
};

/* Runs the suite. Returns the number of failed tests. */
int token_suite_run(const char *name, const struct token_subject *subject);

#endif
