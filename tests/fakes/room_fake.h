/* SPDX-License-Identifier: MIT */
/*
 * room_fake - a room_store in memory, for tests; it keeps the events that it would have sent.
 */
#ifndef TESTS_FAKES_ROOM_FAKE_H
#define TESTS_FAKES_ROOM_FAKE_H

#include "app/ports.h"

#define ROOM_FAKE_MAX 64 /* more than a test needs; of stays, eight times as many */

struct room_fake {
	enum err fails; /* what every call returns instead of working; OK: it works */
	struct room rooms[ROOM_FAKE_MAX]; /* in the order of their ids, from 1 */
	struct event published[ROOM_FAKE_MAX];
	struct {
		struct idempotency key;
		uint64_t room_id;
		instant_t at;
	} keys[ROOM_FAKE_MAX];                /* oldest first */
	struct book taken[8 * ROOM_FAKE_MAX]; /* the newest snapshot of each booking */
	struct {
		struct room_closing asked;
		int requests;
		int64_t asked_ms;
	} closings[ROOM_FAKE_MAX]; /* oldest first; without requests: removed */
	size_t n_rooms, n_published, n_keys, n_taken, n_closings;
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. */
struct room_store room_fake_port(struct room_fake *fake);

#endif
