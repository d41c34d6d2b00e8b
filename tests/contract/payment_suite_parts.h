/* SPDX-License-Identifier: MIT */
/*
 * payment_suite_parts - what the files of the payment suite share.
 */
#ifndef TESTS_CONTRACT_PAYMENT_SUITE_PARTS_H
#define TESTS_CONTRACT_PAYMENT_SUITE_PARTS_H

#include "tests/contract/life.h"
#include "tests/contract/payment_suite.h"
#include "tests/unit/test.h"

extern struct payment_world world; /* under test */
extern struct event published[16]; /* filled by events() */
extern const struct origin origin;

/* A test that starts with an empty store. */
#define TEST(name) cmocka_unit_test_setup(name, empty)
int empty(void **state);

/* Each of these fails the test if the store returns an error. */
struct payment decided(uint64_t book_id, enum payment_action action, bool is_first);
void revoke(uint64_t book_id, enum book_status status);
struct payment payment_of(uint64_t book_id);

/* How many events were published. */
size_t events(void);

/* Payments whose bookings are claimed or erased; returns how many failed. */
int payment_suite_claims(const char *where);

#endif
