/* SPDX-License-Identifier: MIT */
/*
 * notification_suite_parts - what the files of the notification suite share.
 */
#ifndef TESTS_CONTRACT_NOTIFICATION_SUITE_PARTS_H
#define TESTS_CONTRACT_NOTIFICATION_SUITE_PARTS_H

#include "tests/contract/life.h"
#include "tests/contract/notification_suite.h"
#include "tests/unit/test.h"

extern struct notification_store store; /* under test */
extern const struct notification_rules rules;

/* A test that starts with an empty store. */
#define TEST(name) cmocka_unit_test_setup(name, empty)
int empty(void **state);

/* The notification of an event, with the messages "<event> ko" and "<event> en". */
struct new_notification new_of(const struct event *event, enum role role);

/* Fails the test if the store returns an error. */
void create(struct new_notification new);

enum err mark(uint64_t id, uint64_t recipient_id, bool read, struct notification *ret_notification);
enum err settings_put(const struct notification_settings *settings,
                      struct notification_settings *ret_settings);

/* What a list has. */
struct seen {
	struct notification list[40];
	size_t n;
	uint64_t total;
};
struct seen list(struct notification_list asked);
struct seen seen_by(uint64_t recipient_id);

/* Settings, conditions, keys and lists; returns how many failed. */
int notification_suite_lists(const char *where);

#endif
