/* SPDX-License-Identifier: MIT */
/* room_bench - what the suites of room_store share. */
#include "tests/contract/room_bench.h"

#include "base/mem.h"

const struct room_bench *room_bench;
const struct room_store *store;

const struct idempotency no_key = {.key = ""};
const struct origin origin = {.caller = {.id = LIFE_HOST, .roles = ROLE_HOST},
                              .request_id = "request-1",
                              .traceparent = "00-1-2-00"};

void
room_bench_use(const struct room_bench *bench)
{
	room_bench = bench;
	store = &bench->store;
}

int
room_bench_empty(void **state)
{
	(void)state;
	room_bench->empty();
	return 0;
}

/* ---- rooms ---- */

const struct room sea_view = {.host_id = LIFE_HOST,
                              .name = "Sea view",
                              .description = "Two beds.\nNo dogs.",
                              .city = "부산",
                              .capacity = 2,
                              .price = 1500,
                              .currency = "KRW"};

struct room
entered_with(const struct room *room, const struct idempotency *key, bool expect_replayed)
{
	struct room stored;
	bool replayed = !expect_replayed;
	assert_ok(store->enter(store->self, room, key, &origin, &stored, &replayed));
	assert_int_equal(replayed, expect_replayed);
	return stored;
}

struct room
entered(void)
{
	return entered_with(&sea_view, &no_key, false);
}

struct room
found(uint64_t id)
{
	struct room room;
	assert_ok(store->find(store->self, id, &room));
	return room;
}

struct room_change
change_of(const struct room *room, unsigned members)
{
	struct room_change change = {.id = room->id,
	                             .host_id = room->host_id,
	                             .members = members,
	                             .to = {.name = "Garden",
	                                    .description = "",
	                                    .city = "Seoul",
	                                    .capacity = 4,
	                                    .price = 2000},
	                             .origin = origin};
	return change;
}

struct room
changed(const struct room_change *change, bool expect_replayed)
{
	struct room room;
	bool replayed = !expect_replayed;
	assert_ok(store->change(store->self, change, &room, &replayed));
	assert_int_equal(replayed, expect_replayed);
	return room;
}

void
assert_change_refused(const struct room_change *change, enum err expected)
{
	struct room room;
	bool replayed;
	assert_err(store->change(store->self, change, &room, &replayed), expected);
}

/* ---- events ---- */

struct event published[16];

void
assert_published(const enum event_type types[], size_t n)
{
	assert_int_equal(room_bench->published(published, ARRAY_SIZE(published)), n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(event_kinds[published[i].type].name,
		                    event_kinds[types[i]].name);
}

void
assert_same_room(const struct room *a, const struct room *b)
{
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->host_id, b->host_id);
	assert_int_equal(a->version, b->version);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->description, b->description);
	assert_string_equal(a->city, b->city);
	assert_int_equal(a->capacity, b->capacity);
	assert_int_equal(a->price, b->price);
	assert_string_equal(a->currency, b->currency);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->created_at, b->created_at);
	assert_int_equal(a->updated_at, b->updated_at);
}
