/* SPDX-License-Identifier: MIT */
/*
 * issuer - the port token_issuer: signs with the private key of a file, which may be replaced while
 * the program runs.
 */
#ifndef ADAPTERS_JOSE_ISSUER_H
#define ADAPTERS_JOSE_ISSUER_H

#include "app/token.h"

struct jose_issuer;

/* An issuer of this name (iss) with the key of this file. ERR_TOO_LARGE: a text is too long; ERR_MEMORY,
 * ERR_SYSTEM. A key that cannot be read now is read later. */
MUST_CHECK enum err jose_issuer_open(const char *name, const char *key_file,
                                     struct jose_issuer **ret_issuer);

/* No call may be running. NULL is fine. */
void jose_issuer_close(struct jose_issuer *issuer);

struct token_issuer jose_issuer_port(struct jose_issuer *issuer);

#endif
