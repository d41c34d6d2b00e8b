/* SPDX-License-Identifier: MIT */
/*
 * mypage_fake - a mypage_store in memory, for tests; it keeps parts as they came.
 */
#ifndef TESTS_FAKES_MYPAGE_FAKE_H
#define TESTS_FAKES_MYPAGE_FAKE_H

#include "app/ports.h"

#define MYPAGE_FAKE_MAX 512 /* aggregates; more than a test needs */

struct mypage_fake {
	enum err fails; /* the outcome of every call; OK: they work */
	struct book books[MYPAGE_FAKE_MAX];
	struct payment payments[MYPAGE_FAKE_MAX];
	struct room rooms[16];
	size_t n_books, n_payments, n_rooms;
	instant_t caught_up_at;
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. */
struct mypage_store mypage_fake_port(struct mypage_fake *fake);

#endif
