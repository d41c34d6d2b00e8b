/* SPDX-License-Identifier: MIT */
/*
 * book_suite - what every book_store must do.
 */
#ifndef TESTS_CONTRACT_BOOK_SUITE_H
#define TESTS_CONTRACT_BOOK_SUITE_H

#include "app/ports.h"

/* A store, and what a test does to it without the port. */
struct book_world {
	struct book_store store;
	void (*empty)(void);                                     /* before each test */
	void (*pass)(uint32_t ms);                               /* makes the stored rows older */
	size_t (*events)(struct event ret_events[], size_t max); /* all that were sent */
	size_t (*cancellations)(uint64_t book_id);               /* entries of the audit */
	bool (*has_token)(uint64_t book_id);
	struct erased_notes erased;
};

/* Runs the suite and returns the number of failed tests. */
int book_suite_run(const char *where, const struct book_world *world);

#endif
