/* SPDX-License-Identifier: MIT */
/*
 * account_suite - the contract of every account_store, session_store, identity_store and account_mail_queue.
 */
#ifndef TESTS_CONTRACT_ACCOUNT_SUITE_H
#define TESTS_CONTRACT_ACCOUNT_SUITE_H

#include "app/ports.h"

#define SUITE_NOW INT64_C(1800000000000)

/* The stores, and what a test does to them beside the ports. */
struct account_world {
	struct account_store accounts;
	struct session_store sessions;
	struct account_mail_queue mails;
	struct identity_store identities;
	void (*empty)(void); /* before each test */
	struct erased_notes erased;
};

/* A new account of this e-mail, with "hash 1" as its password. */
struct new_account account_suite_new(const char *email);

/* A hash of a secret: the text with zeros behind it, as long as a real one. */
const char *account_suite_hash(const char *text, char ret_hash[SECRET_HASH_TEXT]);

/* Run the parts of the suite and return the number of failed tests. */
int account_suite_run(const char *where, const struct account_world *world);
int identity_suite_run(const char *where, const struct account_world *world);
int session_suite_run(const char *where, const struct account_world *world);
int email_suite_run(const char *where, const struct account_world *world);

#endif
