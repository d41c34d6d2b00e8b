/* SPDX-License-Identifier: MIT */
/*
 * token - the ports that sign tokens and read them: whoever holds the key issues, every service
 * verifies by itself. The rules are in domain/token.h. Both may be called from several threads.
 */
#ifndef APP_TOKEN_H
#define APP_TOKEN_H

#include "domain/token.h"

struct token_issuer {
	void *self;

	/*
	 * Writes the signed token of these claims (token_access_claims(), token_service_claims()),
	 * with the issuer's own name as iss, into size bytes. TOKEN_TEXT is always enough.
	 * ERR_UNAUTHORIZED: token_claims_check() refuses them; ERR_TOO_LARGE: size is too small;
	 * ERR_UNAVAILABLE: there is no key to sign with; ERR_MEMORY.
	 */
	enum err (*issue)(void *self, const struct token_claims *claims, char *token, size_t size);
};

struct token_verifier {
	void *self;

	/*
	 * Reads a token that counts here and now: signed by a known key of its issuer, of this kind,
	 * and by token_claims_accept(). ERR_UNAUTHORIZED: it does not count; ret_why says why, a constant
	 * text without anything of the token. ERR_UNAVAILABLE: the keys cannot be read; ERR_MEMORY.
	 */
	enum err (*verify)(void *self, const char *token, enum token_kind kind,
	                   struct token_claims *ret_claims, const char **ret_why);
};

#endif
