/* SPDX-License-Identifier: MIT */
/*
 * suites - the tests of AMQP, all with the one private server of test_amqp.c.
 *
 * Each runs its tests and returns how many failed.
 */
#ifndef TESTS_INTEGRATION_SUITES_H
#define TESTS_INTEGRATION_SUITES_H

int broker_suite(void);
int consume_suite(void);
int relay_suite(void);
int worker_suite(void);

#endif
