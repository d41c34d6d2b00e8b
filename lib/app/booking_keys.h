/* SPDX-License-Identifier: MIT */
/*
 * booking_keys - the port that makes the keys of bookings, and tells whether one is genuine. Whether a
 * genuine key still counts, its booking's key version says (caller_owns()).
 */
#ifndef APP_BOOKING_KEYS_H
#define APP_BOOKING_KEYS_H

#include "domain/book/booking_key.h"

struct booking_keys {
	void *self;

	/* Writes the key of a booking, of this kind. */
	void (*make)(void *self, enum booking_key_kind kind, uint64_t book_id, uint32_t version,
	             char key[BOOKING_KEY_SIZE]);

	/* Writes what stands for a client: the same for the same network, and nothing that tells which. */
	void (*mark)(void *self, const char *network, char mark[CLIENT_MARK_SIZE]);

	/* ERR_UNAUTHORIZED: it is none. */
	enum err (*check)(void *self, const char *text, struct booking_key *ret_key);
};

#endif
