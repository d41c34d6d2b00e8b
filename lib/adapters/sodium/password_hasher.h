/* SPDX-License-Identifier: MIT */
/*
 * password_hasher - Argon2id (RFC 9106) by libsodium, with 19 MiB and 2 passes, as OWASP's advice on
 * storing passwords has it. The costs stand in each hash, so other ones can be chosen for hashes that are made later.
 */
#ifndef ADAPTERS_SODIUM_PASSWORD_HASHER_H
#define ADAPTERS_SODIUM_PASSWORD_HASHER_H

#include "app/ports.h"

#define PASSWORD_HASH_PASSES 2
#define PASSWORD_HASH_BYTES  ((size_t)19 * 1024 * 1024)

/* How many hashes are at work in a process: more would take the processor from bookings. So many threads
 * wait for that, so long; one more is refused at once. */
#define PASSWORD_HASHES_MAX   1
#define PASSWORD_HASHES_QUEUE 8
#define PASSWORD_HASH_WAIT_MS 3000

/* ERR_SYSTEM, ERR_MEMORY. */
MUST_CHECK enum err password_hasher_open(struct password_hasher *ret_hasher);

/* No hash may be at work. Takes one that was never opened. */
void password_hasher_close(struct password_hasher *hasher);

#endif
