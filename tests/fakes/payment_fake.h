/* SPDX-License-Identifier: MIT */
/*
 * payment_fake - a payment_store in memory, for tests; it keeps the events it would have published.
 */
#ifndef TESTS_FAKES_PAYMENT_FAKE_H
#define TESTS_FAKES_PAYMENT_FAKE_H

#include "app/ports.h"

#define PAYMENT_FAKE_MAX 128 /* payments; more than a test needs */

struct payment_fake {
	enum err fails; /* the outcome of every call; OK: they work */
	instant_t now;
	struct payment payments[PAYMENT_FAKE_MAX]; /* a payment's id is its place, from 1 */
	struct event events[PAYMENT_FAKE_MAX];     /* in the order of the changes */
	struct holder holders[PAYMENT_FAKE_MAX];   /* of bookings that were claimed */
	size_t n_payments, n_events, n_holders;
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. Not for threads. */
struct payment_store payment_fake_port(struct payment_fake *fake);

#endif
