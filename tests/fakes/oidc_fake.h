/* SPDX-License-Identifier: MIT */
/*
 * oidc_fake - an OpenID provider in memory, which says what a test wants.
 */
#ifndef TESTS_FAKES_OIDC_FAKE_H
#define TESTS_FAKES_OIDC_FAKE_H

#include "app/ports.h"

struct oidc_fake {
	enum err fails;      /* of redeem, or of authorize */
	enum err read;       /* of reading the ID token, until `stale_keys` is used up */
	unsigned stale_keys; /* so many looks at the keys do not have the token's kid */
	unsigned redeemed, looked, asked_user;
	bool has_user; /* whether there is a userinfo endpoint */
	char state[SECRET_HASH_TEXT], nonce[SECRET_HASH_TEXT]; /* as authorize was given them */
	char redirect_uri[320], verifier[SECRET_HASH_TEXT], code[64];
	bool lies_about_nonce;
	struct id_token_claims claims; /* with the nonce of authorize */
	struct identity_claims user;
};

struct oidc_provider oidc_fake_provider(struct oidc_fake *fake);
struct id_token_reader oidc_fake_reader(struct oidc_fake *fake);

#endif
