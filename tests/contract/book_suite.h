/*
 * book_suite - what every book_store has to do, whatever it stores in.
 */
#ifndef TESTS_CONTRACT_BOOK_SUITE_H
#define TESTS_CONTRACT_BOOK_SUITE_H

#include "app/ports.h"

/* A store, and what a test has to do behind its back. */
struct book_world {
	struct book_store store;
	void (*empty)(void);       /* before each test */
	void (*pass)(uint32_t ms); /* lets time go by for what is stored */
	size_t (*events)(struct event ret_events[], size_t max); /* all that were announced */
};

/* Runs the suite. How many failed. */
int book_suite_run(const char *where, const struct book_world *world);

#endif
