/* SPDX-License-Identifier: MIT */
/*
 * account_suite_parts - what the files of the account suite share.
 */
#ifndef TESTS_CONTRACT_ACCOUNT_SUITE_PARTS_H
#define TESTS_CONTRACT_ACCOUNT_SUITE_PARTS_H

#include "tests/contract/account_suite.h"
#include "tests/unit/test.h"

#define NOW     SUITE_NOW
#define MINUTE  INT64_C(60000)
#define HASH(t) account_suite_hash(t, (char[SECRET_HASH_TEXT]){0})

extern struct account_world world; /* under test */
extern struct account_store store;
extern struct account_mail_queue mails;

/* A test that starts with empty stores. */
#define TEST(name) cmocka_unit_test_setup(name, empty)
int empty(void **state);

/* Each of these fails the test if the store returns an error. */
struct account added(const char *email);
struct account found(uint64_t id, struct account_secrets *ret_secrets);
uint64_t session_of(uint64_t account_id, const char *name);

/* Whether the session with this cookie still counts. */
bool session_lasts(const char *name);

/* Passwords, tokens and second factors; returns how many failed. */
int account_suite_passwords(const char *where);

#endif
