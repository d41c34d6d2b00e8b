/* SPDX-License-Identifier: MIT */
/*
 * verifier - the port token_verifier: tokens of the issuers that a program trusts, by their public
 * keys, which are files. Nobody is asked; the issuer may be down.
 */
#ifndef ADAPTERS_JOSE_VERIFIER_H
#define ADAPTERS_JOSE_VERIFIER_H

#include "app/token.h"

#define TRUSTED_MAX 8

/* An issuer that is believed. */
struct token_trust {
	enum token_kind kind;
	const char *issuer;   /* iss */
	const char *audience; /* aud: who this program is to that issuer */
	const char *key_file; /* its public keys, a JWK set */
};

struct jose_verifier;

/* The texts are copied. ERR_TOO_LARGE: a text is too long, or they are more than TRUSTED_MAX;
 * ERR_MEMORY, ERR_SYSTEM. Keys that cannot be read now are read later. */
MUST_CHECK enum err jose_verifier_open(const struct token_trust trusted[], size_t n,
                                       instant_t (*now)(void), struct jose_verifier **ret_verifier);

/* No call may be running. NULL is fine. */
void jose_verifier_close(struct jose_verifier *verifier);

struct token_verifier jose_verifier_port(struct jose_verifier *verifier);

#endif
