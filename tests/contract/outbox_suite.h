/*
 * outbox_suite - what every outbox has to do, whatever it stores in.
 */
#ifndef TESTS_CONTRACT_OUTBOX_SUITE_H
#define TESTS_CONTRACT_OUTBOX_SUITE_H

#include "app/ports.h"

/* An outbox, and what a test has to do behind its back. */
struct outbox_world {
	struct outbox outbox;
	void (*empty)(void);                        /* before each test */
	enum err (*put)(const struct event *event); /* as a store does with its change */
	void (*pass)(uint32_t ms);                  /* lets leases grow older */
};

/* Runs the suite. How many failed. */
int outbox_suite_run(const char *where, const struct outbox_world *world);

#endif
