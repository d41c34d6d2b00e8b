/* SPDX-License-Identifier: MIT */
/*
 * notification_suite - the contract of every notification_store.
 */
#ifndef TESTS_CONTRACT_NOTIFICATION_SUITE_H
#define TESTS_CONTRACT_NOTIFICATION_SUITE_H

#include "app/ports.h"

/* Runs the suite on a store; empty() is called before each test and empties it. How many failed. */
int notification_suite_run(const char *where, struct notification_store store, void (*empty)(void));

#endif
