/*
 * delivery_suite - what every delivery_store has to do, whatever it stores in.
 */
#ifndef TESTS_CONTRACT_DELIVERY_SUITE_H
#define TESTS_CONTRACT_DELIVERY_SUITE_H

#include "app/ports.h"

/* The stores of one world, and how to empty it and to make its clock show a later time. */
struct delivery_world {
	struct notification_store notifications;
	struct delivery_store deliveries;
	void (*empty)(void);
	void (*pass)(uint32_t seconds);
};

/* Runs the suite; the number of tests that failed. */
int delivery_suite_run(const char *where, struct delivery_world world);

#endif
