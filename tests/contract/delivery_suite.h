/* SPDX-License-Identifier: MIT */
/*
 * delivery_suite - the contract of every delivery_store.
 */
#ifndef TESTS_CONTRACT_DELIVERY_SUITE_H
#define TESTS_CONTRACT_DELIVERY_SUITE_H

#include "app/ports.h"

/* The stores under test, how to empty them and how to move their clock forward. */
struct delivery_world {
	struct notification_store notifications;
	struct delivery_store deliveries;
	void (*empty)(void);
	void (*pass)(uint32_t seconds);
};

/* Runs the suite and returns the number of failed tests. */
int delivery_suite_run(const char *where, struct delivery_world world);

#endif
