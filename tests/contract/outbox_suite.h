/* SPDX-License-Identifier: MIT */
/*
 * outbox_suite - what every outbox must do.
 */
#ifndef TESTS_CONTRACT_OUTBOX_SUITE_H
#define TESTS_CONTRACT_OUTBOX_SUITE_H

#include "app/ports.h"

/* An outbox, and what a test does to it without the port. */
struct outbox_world {
	struct outbox outbox;
	void (*empty)(void); /* before each test */
	enum err (*put)(
		const struct event *event); /* as a store does in the transaction of its change */
	void (*pass)(uint32_t ms);          /* makes leases older */
};

/* Runs the suite and returns the number of failed tests. */
int outbox_suite_run(const char *where, const struct outbox_world *world);

#endif
