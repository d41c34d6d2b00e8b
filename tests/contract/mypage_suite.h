/* SPDX-License-Identifier: MIT */
/*
 * mypage_suite - the contract of every mypage_store.
 */
#ifndef TESTS_CONTRACT_MYPAGE_SUITE_H
#define TESTS_CONTRACT_MYPAGE_SUITE_H

#include "app/ports.h"

/* Runs the suite on a store; empty() is called before each test and empties it. How many failed. */
int mypage_suite_run(const char *where, struct mypage_store store, void (*empty)(void));

#endif
