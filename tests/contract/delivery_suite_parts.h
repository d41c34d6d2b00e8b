/* SPDX-License-Identifier: MIT */
/*
 * delivery_suite_parts - what the files of the delivery suite share.
 */
#ifndef TESTS_CONTRACT_DELIVERY_SUITE_PARTS_H
#define TESTS_CONTRACT_DELIVERY_SUITE_PARTS_H

#include "tests/contract/delivery_suite.h"

#define SUITE_LEASE_S 60
#define SUITE_HOOK    "https://hooks.example.com/a?b=1"
#define SUITE_JOBS    8 /* per claim, at most */

extern struct delivery_world delivery_world; /* the stores under test */
extern struct delivery_job suite_jobs[SUITE_JOBS];
extern struct delivery_batch suite_batch; /* the last claim */

extern const struct delivery_outcome suite_delivered, suite_later;

/* A test that starts with empty stores. */
#define DELIVERY_TEST(name) \
	cmocka_unit_test_setup_teardown(name, delivery_world_empty, delivery_world_leave)
int delivery_world_empty(void **state);
int delivery_world_leave(void **state);

/* Each of these fails the test if the stores return an error. */
void suite_choose(uint64_t recipient_id, const char *email, const char *url);
void suite_create(const struct event *event, enum role role);
size_t suite_claim(enum channel channel);
size_t suite_claim_some(enum channel channel, size_t max);
void suite_store_outcome(const struct delivery_job *job, struct delivery_outcome outcome);
void suite_release(bool unreachable, uint32_t pause_ms);
uint64_t suite_count_of(uint64_t recipient_id);
struct notification suite_last_of(uint64_t recipient_id); /* the newest one */

enum err suite_again(uint64_t id, uint64_t recipient_id, enum channel channel);

struct event suite_booked(uint64_t id, const char *contact);
const struct delivery *suite_by(const struct notification *notification, enum channel channel);

/* The other parts. Each returns the number of failed tests. */
int delivery_suite_claim(const char *where);
int delivery_suite_purge(const char *where);
int delivery_suite_permit(const char *where);
int delivery_suite_erase(const char *where);

#endif
