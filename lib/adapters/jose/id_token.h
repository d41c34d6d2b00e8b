/* SPDX-License-Identifier: MIT */
/*
 * id_token - the port id_token_reader: tokens of a foreign issuer, ID tokens (OpenID Connect Core 2) and
 * access tokens that are JWTs (RFC 9068), signed by RS256 or ES256.
 *
 * The key is the one of the issuer's set that has the token's kid and is for the token's algorithm:
 * nothing that a token brings with it, jwk, jku or x5c, is ever looked at, and crit is refused
 * (RFC 7515, 4.1.11; RFC 8725, 3.1).
 */
#ifndef ADAPTERS_JOSE_ID_TOKEN_H
#define ADAPTERS_JOSE_ID_TOKEN_H

#include "app/account/identity_ports.h"

/* roles_claim: the claim that names roles, one or an array of some; "": none. The text has to stay. */
struct id_token_reader id_token_reader_jose(const char *roles_claim);

#endif
