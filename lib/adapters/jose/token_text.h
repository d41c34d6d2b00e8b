/* SPDX-License-Identifier: MIT */
/*
 * token_text - a token as text (RFC 7515, 7.1: header.payload.signature), and its claims as JSON.
 *
 * Nothing here looks at a signature: what is read is what somebody claims.
 */
#ifndef ADAPTERS_JOSE_TOKEN_TEXT_H
#define ADAPTERS_JOSE_TOKEN_TEXT_H

#include "domain/token.h"

#include <stddef.h>

#define TOKEN_ALG      "ES256"
#define TOKEN_KID_SIZE 65

/* The three parts, in base64url, as they lie in the token's text. */
struct token_parts {
	const char *header, *payload, *signature;
	size_t header_len, payload_len, signature_len;
};

struct token_header {
	enum token_kind kind; /* by typ */
	char kid[TOKEN_KID_SIZE];
};

/* Finds the parts of a text shorter than size. ERR_UNAUTHORIZED: it is longer, or has not three parts. */
MUST_CHECK enum err token_parts_split(const char *token, size_t size,
                                      struct token_parts *ret_parts);

/* Finds the parts. ERR_UNAUTHORIZED, with ret_why: it is no such text, or too long. */
MUST_CHECK enum err token_parts_find(const char *token, struct token_parts *ret_parts,
                                     const char **ret_why);

/*
 * Reads a header of exactly alg, kid and typ. Any other member is refused: crit (RFC 7515, 4.1.11), and
 * jwk, jku, x5c and the like, by which a token would bring its own key. ERR_UNAUTHORIZED, with
 * ret_why; ERR_MEMORY.
 */
MUST_CHECK enum err token_header_read(const struct token_parts *parts,
                                      struct token_header *ret_header, const char **ret_why);

/* Reads the claims of a token of this kind; other members than those of struct token_claims are ignored.
 * ERR_UNAUTHORIZED, with ret_why; ERR_MEMORY. */
MUST_CHECK enum err token_claims_read(const struct token_parts *parts, enum token_kind kind,
                                      struct token_claims *ret_claims, const char **ret_why);

/* Writes the claims as a payload in base64url. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err token_claims_write(const struct token_claims *claims, char payload[TOKEN_TEXT]);

#endif
