/* SPDX-License-Identifier: MIT */
/*
 * audit_suite - what every audit must do, and every store whose changes have entries.
 */
#ifndef TESTS_CONTRACT_AUDIT_SUITE_H
#define TESTS_CONTRACT_AUDIT_SUITE_H

#include "app/ports.h"

/* An audit with the stores of account beside it, and what a test does without the ports. */
struct audit_world {
	struct audit audit;
	struct account_store accounts;
	struct session_store sessions;
	void (*empty)(void);        /* before each test */
	void (*age)(unsigned days); /* makes all entries older */
	size_t (*count)(void);
	/* How many entries of a kind have this account as who did it and as what it was about. */
	size_t (*own)(enum audit_what what, uint64_t account_id);
};

/* Runs the suite and returns the number of failed tests. */
int audit_suite_run(const char *where, const struct audit_world *world);

#endif
