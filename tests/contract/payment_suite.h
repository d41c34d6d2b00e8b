/* SPDX-License-Identifier: MIT */
/*
 * payment_suite - the contract of every payment_store.
 */
#ifndef TESTS_CONTRACT_PAYMENT_SUITE_H
#define TESTS_CONTRACT_PAYMENT_SUITE_H

#include "app/ports.h"

/* A store, and what a test does to it beside the port. */
struct payment_world {
	struct payment_store store;
	void (*empty)(void);                                     /* before each test */
	size_t (*events)(struct event ret_events[], size_t max); /* all that were published */
};

/* The order of a booking of three nights, 4500 in all. */
struct payment_order payment_suite_order(uint64_t book_id);

/* Runs the suite and returns the number of failed tests. */
int payment_suite_run(const char *where, const struct payment_world *world);

#endif
