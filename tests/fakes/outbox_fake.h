/* SPDX-License-Identifier: MIT */
/*
 * outbox_fake - an outbox in memory, for tests. It has a clock that a test moves.
 */
#ifndef TESTS_FAKES_OUTBOX_FAKE_H
#define TESTS_FAKES_OUTBOX_FAKE_H

#include "app/ports.h"

#include <pthread.h>

#define OUTBOX_FAKE_MAX 4096 /* rows in total; more than a test needs */

struct outbox_fake_row {
	struct outbox_row row; /* body is the fake's */
	char owner[64];        /* "": claimed by nobody */
	instant_t leased_until;
	bool confirmed;
};

struct outbox_fake {
	pthread_mutex_t mutex;
	enum err fails; /* what every call returns instead of working; OK: it works */
	instant_t now;
	struct outbox_fake_row rows[OUTBOX_FAKE_MAX]; /* a row's id is its place, from 1 */
	size_t n;
};

/* An empty one; free it with outbox_fake_done(). */
void outbox_fake_init(struct outbox_fake *fake);
void outbox_fake_done(struct outbox_fake *fake);

/* Stores an event, as a store does in the transaction of its change. ERR_MEMORY, ERR_TOO_MANY. */
MUST_CHECK enum err outbox_fake_put(struct outbox_fake *fake, const struct event *event,
                                    const char *body);

/* Advances the clock, so that leases expire. */
void outbox_fake_pass(struct outbox_fake *fake, uint32_t ms);

/* The port on a fake, which has to outlive it. Thread-safe. */
struct outbox outbox_fake_port(struct outbox_fake *fake);

#endif
