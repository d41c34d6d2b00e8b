/*
 * payment_suite - what every payment_store has to do, whatever it stores in.
 */
#ifndef TESTS_CONTRACT_PAYMENT_SUITE_H
#define TESTS_CONTRACT_PAYMENT_SUITE_H

#include "app/ports.h"

/* A store, and what a test has to do behind its back. */
struct payment_world {
	struct payment_store store;
	void (*empty)(void);                                     /* before each test */
	size_t (*events)(struct event ret_events[], size_t max); /* all that were announced */
};

/* What a book of three nights at 4500 asks pay for. */
struct payment_order payment_suite_order(uint64_t book_id);

/* Runs the suite. How many failed. */
int payment_suite_run(const char *where, const struct payment_world *world);

#endif
