/* SPDX-License-Identifier: MIT */
/* room_suite - what every room_store must do: registering and changing. */
#include "tests/contract/room_suite.h"

#include <string.h>

/* ---- registering ---- */

static void
a_new_room_is_open_and_its_event_has_all_of_it(void **state)
{
	(void)state;
	const instant_t before = instant_now();
	const struct room room = entered(), stored = found(room.id);
	assert_int_not_equal(room.id, 0);
	assert_int_equal(room.version, 1);
	assert_int_equal(room.status, ROOM_OPEN);
	assert_int_equal(room.created_at, room.updated_at);
	assert_true(room.created_at >= before && room.created_at <= instant_now());
	assert_string_equal(room.description, sea_view.description);
	assert_string_equal(room.city, sea_view.city);
	assert_same_room(&room, &stored);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED);
	assert_int_equal(published[0].sequence, 1);
	assert_int_equal(published[0].correlation_id, 0);
	assert_int_equal(published[0].time, room.updated_at);
	assert_string_equal(published[0].traceparent, origin.traceparent);
	assert_string_equal(published[0].request_id, origin.request_id);
	assert_same_room(&published[0].data.room, &room);
}

static void
rooms_have_different_ids(void **state)
{
	(void)state;
	const struct room a = entered(), b = entered();
	assert_int_not_equal(a.id, b.id);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_REGISTERED);
	assert_string_not_equal(published[0].id, published[1].id);
}

static void
the_longest_texts_and_the_highest_numbers_are_read_back_unchanged(void **state)
{
	(void)state;
	struct room longest = sea_view;
	for (size_t i = 0; i < ROOM_DESCRIPTION_CHARS; i++)
		memcpy(longest.description + 4 * i, "🏨", 4);
	for (size_t i = 0; i < ROOM_NAME_CHARS; i++) {
		memcpy(longest.name + 4 * i, "🌊", 4);
		memcpy(longest.city + 4 * i, "🏙", 4);
	}
	longest.price = ROOM_PRICE_MAX;
	longest.capacity = ROOM_CAPACITY_MAX;
	longest.host_id = INT64_MAX;
	const struct room room = entered_with(&longest, &no_key, false), stored = found(room.id);
	assert_string_equal(room.name, longest.name);
	assert_same_room(&room, &stored);
}

static void
quotes_wildcards_and_markup_in_texts_have_no_effect(void **state)
{
	(void)state;
	struct room odd = sea_view;
	assert_ok(text_copy(odd.name, sizeof(odd.name), "'; DROP TABLE room; --"));
	assert_ok(text_copy(odd.description, sizeof(odd.description), "<b>\"50%\" \\ _</b>\t|"));
	const struct room room = entered_with(&odd, &no_key, false), stored = found(room.id);
	assert_string_equal(stored.name, odd.name);
	assert_string_equal(stored.description, odd.description);
}

static void
an_unknown_room_is_not_found(void **state)
{
	(void)state;
	struct room room;
	assert_err(store->find(store->self, 123456, &room), ERR_NOT_FOUND);
	assert_err(store->find(store->self, 0, &room), ERR_NOT_FOUND);
}

/* ---- registering many ---- */

static void
enter_many(const struct room rooms[], size_t n, const struct idempotency *with,
           bool replayed_before)
{
	bool replayed = !replayed_before;
	assert_ok(store->enter_all(store->self, rooms, n, with, &origin, &replayed));
	assert_int_equal(replayed, replayed_before);
}

static void
many_rooms_are_registered_in_order_with_an_event_each(void **state)
{
	(void)state;
	struct room rooms[3] = {sea_view, sea_view, sea_view};
	rooms[1].price = 2000;
	rooms[2].price = 3000;
	enter_many(rooms, 3, &no_key, false);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_REGISTERED, EVENT_ROOM_REGISTERED);
	for (size_t i = 0; i < 3; i++) {
		const struct room stored = found(published[i].data.room.id);
		assert_int_equal(stored.price, rooms[i].price);
		assert_int_equal(stored.version, 1);
		assert_int_equal(stored.status, ROOM_OPEN);
		assert_string_equal(stored.city, sea_view.city);
		assert_same_room(&stored, &published[i].data.room);
	}
}

/* ---- changing ---- */

static void
a_change_sets_the_named_members_and_its_event_has_the_whole_room(void **state)
{
	(void)state;
	const struct room before = entered();
	const struct room_change change = change_of(&before, ROOM_NAME | ROOM_PRICE);
	const struct room after = changed(&change, false), stored = found(before.id);
	assert_int_equal(after.version, 2);
	assert_string_equal(after.name, "Garden");
	assert_int_equal(after.price, 2000);
	assert_string_equal(after.description, before.description);
	assert_string_equal(after.city, before.city);
	assert_int_equal(after.capacity, before.capacity);
	assert_int_equal(after.created_at, before.created_at);
	assert_true(after.updated_at >= before.updated_at);
	assert_same_room(&after, &stored);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_CHANGED);
	assert_int_equal(published[1].sequence, 2);
	assert_same_room(&published[1].data.room, &after);
}

static void
every_member_can_be_changed_alone(void **state)
{
	(void)state;
	const struct room before = entered();
	for (unsigned member = ROOM_NAME; member <= ROOM_PRICE; member *= 2) {
		const struct room_change change = change_of(&before, member);
		changed(&change, false);
	}
	const struct room after = found(before.id);
	assert_int_equal(after.version, 6);
	assert_string_equal(after.name, "Garden");
	assert_string_equal(after.description, "");
	assert_string_equal(after.city, "Seoul");
	assert_int_equal(after.capacity, 4);
	assert_int_equal(after.price, 2000);
}

static void
a_change_to_the_same_values_makes_no_version_and_no_event(void **state)
{
	(void)state;
	const struct room before = entered();
	struct room_change change = change_of(&before, 0);
	assert_int_equal(changed(&change, false).version, 1);
	change.members = ROOM_NAME | ROOM_CITY | ROOM_DESCRIPTION | ROOM_CAPACITY | ROOM_PRICE;
	change.to = before;
	assert_int_equal(changed(&change, false).version, 1);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED);
}

static void
only_its_host_can_change_a_room(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room_change change = change_of(&room, ROOM_PRICE);
	change.host_id = 0;
	assert_change_refused(&change, ERR_NOT_FOUND);
	change.host_id = LIFE_HOST;
	change.id = room.id + 1;
	assert_change_refused(&change, ERR_NOT_FOUND);
	assert_int_equal(found(room.id).version, 1);
}

static void
a_change_of_another_version_is_refused(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room_change change = change_of(&room, ROOM_PRICE);
	change.condition = IF_MATCH(2);
	assert_change_refused(&change, ERR_VERSION_CONFLICT);
	change.condition = IF_NONE_MATCH(1);
	assert_change_refused(&change, ERR_VERSION_CONFLICT);
	change.condition = IF_NONE_MATCH_ANY;
	assert_change_refused(&change, ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(1);
	assert_int_equal(changed(&change, false).version, 2);
	change.to.price = 3000;
	assert_change_refused(&change, ERR_VERSION_CONFLICT);
	assert_int_equal(found(room.id).price, 2000);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_CHANGED);
}

/* ---- keys ---- */

static const struct idempotency key = {
	.key = "key-1", .scope = "7 POST /rooms", .fingerprint = {1}};

static void
a_key_used_again_gets_the_room_as_it_is_now(void **state)
{
	(void)state;
	const struct room first = entered_with(&sea_view, &key, false);
	const struct room_change change = change_of(&first, ROOM_NAME);
	const struct room later = changed(&change, false);
	const struct room again = entered_with(&sea_view, &key, true);
	assert_same_room(&again, &later);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_CHANGED);
}

static void
many_rooms_with_a_key_are_registered_once(void **state)
{
	(void)state;
	const struct room rooms[2] = {sea_view, sea_view};
	struct idempotency other = key;
	bool replayed;
	enter_many(rooms, 2, &key, false);
	enter_many(rooms, 2, &key, true);
	other.fingerprint[31] = 0xff;
	assert_err(store->enter_all(store->self, rooms, 2, &other, &origin, &replayed),
	           ERR_KEY_REUSED);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_REGISTERED);
}

static void
a_key_used_by_another_request_is_refused(void **state)
{
	(void)state;
	struct idempotency other = key;
	struct room room;
	bool replayed;
	entered_with(&sea_view, &key, false);
	other.fingerprint[31] = 0xff;
	assert_err(store->enter(store->self, &sea_view, &other, &origin, &room, &replayed),
	           ERR_KEY_REUSED);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED);
}

static void
a_key_of_another_caller_or_in_another_case_is_a_new_key(void **state)
{
	(void)state;
	struct idempotency others = key, in_capitals = key;
	memcpy(others.scope, "8", 1);
	memcpy(in_capitals.key, "KEY-1", 5);
	entered_with(&sea_view, &key, false);
	entered_with(&sea_view, &others, false);
	entered_with(&sea_view, &in_capitals, false);
	ASSERT_ANNOUNCED(EVENT_ROOM_REGISTERED, EVENT_ROOM_REGISTERED, EVENT_ROOM_REGISTERED);
}

static void
a_change_with_a_key_is_made_once(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room_change change = change_of(&room, ROOM_PRICE), later = change;
	change.key = key;
	change.condition = IF_MATCH(1);
	later.to.price = 5000;
	assert_int_equal(changed(&change, false).version, 2);
	assert_int_equal(changed(&later, false).version, 3);
	assert_int_equal(changed(&change, true).price, 5000);
	change.key.fingerprint[0] = 9;
	assert_change_refused(&change, ERR_KEY_REUSED);
	assert_int_equal(found(room.id).version, 3);
}

static void
a_refused_change_stores_no_key(void **state)
{
	(void)state;
	const struct room room = entered();
	struct room_change change = change_of(&room, ROOM_PRICE);
	change.key = key;
	change.condition = IF_MATCH(9);
	assert_change_refused(&change, ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(1);
	assert_int_equal(changed(&change, false).version, 2);
}

static size_t
keys_purged(instant_t before, size_t max)
{
	size_t n = 99;
	assert_ok(store->keys_purge(store->self, before, max, &n));
	return n;
}

static void
old_keys_are_purged_a_few_at_a_time(void **state)
{
	(void)state;
	const instant_t begin = instant_now();
	struct idempotency one = key;
	for (char c = 'a'; c <= 'c'; c++) {
		one.key[0] = c;
		entered_with(&sea_view, &one, false);
	}
	assert_int_equal(keys_purged(begin - 1, 10), 0);
	assert_int_equal(keys_purged(instant_now() + 1000, 2), 2);
	assert_int_equal(keys_purged(instant_now() + 1000, 2), 1);
	entered_with(&sea_view, &one, false);
}

int
room_suite_run(const char *where, const struct room_bench *bench)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_room_is_open_and_its_event_has_all_of_it),
		TEST(rooms_have_different_ids),
		TEST(the_longest_texts_and_the_highest_numbers_are_read_back_unchanged),
		TEST(quotes_wildcards_and_markup_in_texts_have_no_effect),
		TEST(an_unknown_room_is_not_found),
		TEST(many_rooms_are_registered_in_order_with_an_event_each),
		TEST(many_rooms_with_a_key_are_registered_once),
		TEST(a_change_sets_the_named_members_and_its_event_has_the_whole_room),
		TEST(every_member_can_be_changed_alone),
		TEST(a_change_to_the_same_values_makes_no_version_and_no_event),
		TEST(only_its_host_can_change_a_room),
		TEST(a_change_of_another_version_is_refused),
		TEST(a_key_used_again_gets_the_room_as_it_is_now),
		TEST(a_key_used_by_another_request_is_refused),
		TEST(a_key_of_another_caller_or_in_another_case_is_a_new_key),
		TEST(a_change_with_a_key_is_made_once),
		TEST(a_refused_change_stores_no_key),
		TEST(old_keys_are_purged_a_few_at_a_time),
	};
	room_bench_use(bench);
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
