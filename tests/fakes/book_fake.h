/* SPDX-License-Identifier: MIT */
/*
 * book_fake - a book_store in memory, for tests. It has a clock that a test moves, and keeps the
 * events that it would have sent.
 */
#ifndef TESTS_FAKES_BOOK_FAKE_H
#define TESTS_FAKES_BOOK_FAKE_H

#include "app/ports.h"
#include "tests/fakes/audit_fake.h"
#include "tests/fakes/erased_fake.h"

#define BOOK_FAKE_MAX 128 /* bookings, rooms, keys; more than a test needs */

struct book_fake_row {
	struct book book;
	char token[TOKEN_SIZE];
	char client[CLIENT_MARK_SIZE];
	uint32_t attempts;
	instant_t attempted_at; /* 0: never */
	struct book_step steps[8];
	size_t n_steps;
	bool purged; /* its nights were purged */
};

struct book_fake_key {
	struct idempotency key;
	uint64_t book_id; /* 0: purged */
	instant_t at;
};

struct book_fake {
	enum err fails; /* what every call returns instead of working; OK: it works */
	instant_t now;
	struct book_fake_row books[BOOK_FAKE_MAX]; /* a booking's id is its place, from 1 */
	struct offer offers[BOOK_FAKE_MAX];
	struct book_fake_key keys[BOOK_FAKE_MAX];
	struct event events[BOOK_FAKE_MAX]; /* in the order of the changes */
	size_t n_books, n_offers, n_keys, n_events;
	struct audit_fake audit;
	struct erased_notes_fake erased;
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. Not for threads. */
struct book_store book_fake_port(struct book_fake *fake);

#endif
