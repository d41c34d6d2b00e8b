/* SPDX-License-Identifier: MIT */
/*
 * room_bench - what the suites of room_store share: the store they run on, rooms, and its events.
 */
#ifndef TESTS_CONTRACT_ROOM_BENCH_H
#define TESTS_CONTRACT_ROOM_BENCH_H

#include "app/ports.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

/* A store, and how a test empties it and reads its events, oldest first. */
struct room_bench {
	struct room_store store;
	void (*empty)(void);
	size_t (*published)(struct event ret_events[], size_t max);
};

/* The bench that the tests run on, and its store. */
extern const struct room_bench *room_bench;
extern const struct room_store *store;
void room_bench_use(const struct room_bench *bench);

/* For cmocka: empties the store before a test. */
int room_bench_empty(void **state);
#define TEST(name) cmocka_unit_test_setup(name, room_bench_empty)

/* The caller of these tests, no key, and a room to register. */
extern const struct idempotency no_key;
extern const struct origin origin;
extern const struct room sea_view;

struct room entered_with(const struct room *room, const struct idempotency *key,
                         bool expect_replayed);
struct room entered(void);
struct room found(uint64_t id);

/* A change of those members to values that sea_view does not have; and applying it. */
struct room_change change_of(const struct room *room, unsigned members);
struct room changed(const struct room_change *change, bool expect_replayed);
void assert_change_refused(const struct room_change *change, enum err expected);

/* Checks that exactly these events were sent, in this order; they are in published[] afterwards. */
extern struct event published[16];
void assert_published(const enum event_type types[], size_t n);
#define ASSERT_ANNOUNCED(...)                                    \
	assert_published((const enum event_type[]){__VA_ARGS__}, \
	                 sizeof((const enum event_type[]){__VA_ARGS__}) / sizeof(enum event_type))

void assert_same_room(const struct room *a, const struct room *b);

#endif
