/* SPDX-License-Identifier: MIT */
/* room_closing_suite - what every room_store must do: deleting. */
#include "base/mem.h"
#include "tests/contract/room_suite.h"

#include <string.h>

struct closing_seen {
	struct room_closing list[8];
	size_t n;
};

static void
note_closing(void *arg, const struct room_closing *closing)
{
	struct closing_seen *seen = arg;
	assert_true(seen->n < ARRAY_SIZE(seen->list));
	seen->list[seen->n++] = *closing;
}

static struct closing_seen
closings(uint32_t age_ms, size_t max)
{
	struct closing_seen seen = {.n = 0};
	assert_ok(store->closings(store->self, age_ms, max, note_closing, &seen));
	return seen;
}

static struct room_closing
closing_of(uint64_t id, bool cancel_bookings)
{
	return (struct room_closing){.room_id = id,
	                             .host_id = LIFE_HOST,
	                             .cancel_bookings = cancel_bookings,
	                             .origin = origin};
}

static enum err
closing_begin(uint64_t id, bool cancel_bookings)
{
	const struct room_closing closing = closing_of(id, cancel_bookings);
	return store->closing_begin(store->self, &closing);
}

static enum err
closing_finish(uint64_t id, struct room *ret_room)
{
	const struct room_closing closing = closing_of(id, false);
	return store->closing_finish(store->self, &closing, ret_room);
}

static void
an_intent_to_delete_stores_everything_that_finishing_it_needs(void **state)
{
	(void)state;
	const struct room first = entered(), second = entered();
	assert_ok(closing_begin(first.id, false));
	assert_ok(closing_begin(second.id, true));
	const struct closing_seen seen = closings(0, 8);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.list[0].room_id, first.id);
	assert_false(seen.list[0].cancel_bookings);
	assert_int_equal(seen.list[1].room_id, second.id);
	assert_true(seen.list[1].cancel_bookings);
	assert_int_equal(seen.list[1].origin.caller.id, LIFE_HOST);
	assert_int_equal(seen.list[1].origin.caller.roles, ROLE_HOST);
	assert_string_equal(seen.list[1].origin.request_id, origin.request_id);
	assert_string_equal(seen.list[1].origin.traceparent, origin.traceparent);
	assert_string_equal(seen.list[1].origin.causation_id, "");
	assert_int_equal(closings(0, 1).n, 1);
	assert_int_equal(closings(60000, 8).n, 0);
	assert_int_equal(found(first.id).status, ROOM_OPEN);
	assert_int_equal(found(first.id).version, 1);
}

static void
only_the_host_can_begin_to_delete_an_open_room_in_its_present_version(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room deleted;
	const struct room_store *s = store;
	struct room_closing closing = closing_of(room.id, true);
	closing.host_id = 8;
	assert_err(s->closing_begin(s->self, &closing), ERR_NOT_FOUND);
	assert_err(closing_begin(room.id + 1, true), ERR_NOT_FOUND);
	closing.host_id = LIFE_HOST;
	closing.condition = IF_MATCH(2);
	assert_err(s->closing_begin(s->self, &closing), ERR_VERSION_CONFLICT);
	closing.condition = IF_NONE_MATCH(1);
	assert_err(s->closing_begin(s->self, &closing), ERR_VERSION_CONFLICT);
	assert_int_equal(closings(0, 8).n, 0);
	closing.condition = IF_MATCH(1);
	assert_ok(s->closing_begin(s->self, &closing));
	assert_ok(closing_finish(room.id, &deleted));
	assert_err(closing_begin(room.id, true), ERR_NOT_FOUND);
}

static void
finishing_a_delete_repeatedly_sends_one_event(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room deleted, again;
	assert_ok(closing_begin(room.id, false));
	assert_ok(closing_finish(room.id, &deleted));
	assert_ok(closing_finish(room.id, &again));
	assert_int_equal(deleted.status, ROOM_DELETED);
	assert_int_equal(deleted.version, 2);
	assert_same_room(&deleted, &again);
	again = found(room.id);
	assert_same_room(&deleted, &again);
	assert_int_equal(closings(0, 8).n, 0);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_DELETED);
	assert_same_room(&published[1].data.room, &deleted);
	assert_err(closing_finish(room.id + 1, &again), ERR_NOT_FOUND);
}

static void
a_deleted_room_cannot_be_changed(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room deleted;
	assert_ok(closing_finish(room.id, &deleted));
	const struct room_change change = change_of(&room, ROOM_PRICE);
	assert_change_refused(&change, ERR_NOT_FOUND);
	assert_int_equal(found(room.id).price, 1500);
}

/* The key of a request stands once its effect stands, whoever brought it about. */
static void
the_key_of_an_intent_is_stored_with_the_deletion_whoever_finishes_it(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room deleted, again;
	struct room_closing closing = closing_of(room.id, false);
	memcpy(closing.key.key, "k", 2);
	memcpy(closing.key.scope, "2:7 POST /rooms/1/delete", 25);
	closing.key.fingerprint[0] = 9;
	assert_ok(store->closing_begin(store->self, &closing));
	assert_err(store->replay(store->self, &closing.key, &again), ERR_NOT_FOUND);
	assert_int_equal(closings(0, 8).list[0].key.fingerprint[0], 9);
	assert_ok(closing_finish(room.id, &deleted)); /* by a worker, which has no key */
	assert_ok(store->replay(store->self, &closing.key, &again));
	assert_same_room(&deleted, &again);
	closing.key.fingerprint[0] = 8;
	assert_err(store->replay(store->self, &closing.key, &again), ERR_KEY_REUSED);
}

static void
a_withdrawn_request_leaves_no_key(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room deleted;
	struct room_closing closing = closing_of(room.id, false);
	memcpy(closing.key.key, "k", 2);
	assert_ok(store->closing_begin(store->self, &closing));
	assert_ok(store->closing_withdraw(store->self, room.id));
	assert_err(store->replay(store->self, &closing.key, &deleted), ERR_NOT_FOUND);
	closing.cancel_bookings = true;
	closing.key.fingerprint[0] = 1;
	assert_ok(store->closing_begin(store->self, &closing));
	assert_ok(store->closing_finish(store->self, &closing, &deleted));
	assert_ok(store->closing_finish(store->self, &closing, &deleted));
	assert_ok(store->replay(store->self, &closing.key, &deleted));
}

static void
a_withdrawn_intent_is_removed_and_the_room_stays_open(void **state)
{
	(void)state;
	const struct room room = entered();
	assert_ok(closing_begin(room.id, false));
	assert_ok(store->closing_withdraw(store->self, room.id));
	assert_ok(store->closing_withdraw(store->self, room.id));
	assert_int_equal(closings(0, 8).n, 0);
	assert_int_equal(found(room.id).status, ROOM_OPEN);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED);
	assert_ok(closing_begin(room.id, false));
	assert_int_equal(closings(0, 8).n, 1);
}

static void
an_intent_stays_until_every_request_has_withdrawn_it(void **state)
{
	(void)state;
	const struct room room = entered();
	assert_ok(closing_begin(room.id, false));
	assert_ok(closing_begin(room.id, false));
	assert_int_equal(closings(0, 8).n, 1);
	assert_ok(store->closing_withdraw(store->self, room.id));
	assert_int_equal(closings(0, 8).n, 1);
	assert_ok(store->closing_withdraw(store->self, room.id));
	assert_int_equal(closings(0, 8).n, 0);
}

/* Only a request that does not cancel bookings can be refused because of them. */
static void
an_intent_that_cancels_bookings_is_not_withdrawn(void **state)
{
	(void)state;
	const struct room room = entered();
	assert_ok(closing_begin(room.id, false));
	assert_ok(closing_begin(room.id, true));
	assert_ok(store->closing_withdraw(store->self, room.id)); /* by the first request */
	assert_ok(store->closing_withdraw(store->self,
	                                  room.id)); /* by the worker, for the same request */
	const struct closing_seen seen = closings(0, 8);
	assert_int_equal(seen.n, 1);
	assert_true(seen.list[0].cancel_bookings);
}

static void
an_intent_that_cancels_bookings_is_not_weakened_by_one_that_does_not(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room_closing later = closing_of(room.id, true);
	memcpy(later.origin.request_id, "request-2", 10);
	assert_ok(closing_begin(room.id, false));
	assert_ok(store->closing_begin(store->self, &later));
	assert_ok(closing_begin(room.id, false));
	const struct closing_seen seen = closings(0, 8);
	assert_int_equal(seen.n, 1);
	assert_true(seen.list[0].cancel_bookings);
	assert_string_equal(seen.list[0].origin.request_id, "request-2");
}

struct page_seen {
	struct room rooms[4];
	size_t n;
};

static void
note_room(void *arg, const struct room *room)
{
	struct page_seen *seen = arg;
	assert_true(seen->n < ARRAY_SIZE(seen->rooms));
	seen->rooms[seen->n++] = *room;
}

static void
a_snapshot_shows_all_rooms_by_id_including_deleted_ones(void **state)
{
	(void)state;
	struct page_seen seen = {.n = 0};
	const struct room first = entered(), second = entered(), third = entered();
	struct room deleted;
	assert_ok(closing_begin(second.id, false));
	assert_ok(closing_finish(second.id, &deleted));
	struct keyset_page page = {.size = 2};
	assert_ok(store->snapshot(store->self, &page, note_room, &seen));
	assert_int_equal(seen.n, 2);
	page.after = second.id;
	assert_ok(store->snapshot(store->self, &page, note_room, &seen));
	page.after = third.id;
	assert_ok(store->snapshot(store->self, &page, note_room, &seen));
	assert_int_equal(seen.n, 3);
	assert_same_room(&seen.rooms[0], &first);
	assert_same_room(&seen.rooms[1], &deleted);
	assert_same_room(&seen.rooms[2], &third);
}

int
room_closing_suite_run(const char *where, const struct room_bench *bench)
{
	const struct CMUnitTest tests[] = {
		TEST(an_intent_to_delete_stores_everything_that_finishing_it_needs),
		TEST(only_the_host_can_begin_to_delete_an_open_room_in_its_present_version),
		TEST(finishing_a_delete_repeatedly_sends_one_event),
		TEST(a_deleted_room_cannot_be_changed),
		TEST(the_key_of_an_intent_is_stored_with_the_deletion_whoever_finishes_it),
		TEST(a_withdrawn_request_leaves_no_key),
		TEST(a_withdrawn_intent_is_removed_and_the_room_stays_open),
		TEST(an_intent_stays_until_every_request_has_withdrawn_it),
		TEST(an_intent_that_cancels_bookings_is_not_withdrawn),
		TEST(an_intent_that_cancels_bookings_is_not_weakened_by_one_that_does_not),
		TEST(a_snapshot_shows_all_rooms_by_id_including_deleted_ones),
	};
	room_bench_use(bench);
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
