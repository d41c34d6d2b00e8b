/* SPDX-License-Identifier: MIT */
/*
 * opaque_tokens - random tokens of 256 bits in base64url, and their hashes by SHA-256: a token that
 * nobody can guess needs no slow hash.
 */
#ifndef ADAPTERS_SODIUM_OPAQUE_TOKENS_H
#define ADAPTERS_SODIUM_OPAQUE_TOKENS_H

#include "app/ports.h"

/* Needs no closing. ERR_SYSTEM: libsodium cannot be used. */
MUST_CHECK enum err opaque_tokens_open(struct opaque_tokens *ret_tokens);

#endif
