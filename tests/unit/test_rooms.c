/* SPDX-License-Identifier: MIT */
/* Registering, changing and deleting rooms, with book near and away; on fakes. */
#include "tests/unit/test.h"

#include "app/room/room.h"
#include "base/clock.h"
#include "tests/fakes/clients_fake.h"
#include "tests/fakes/room_fake.h"

#include <stdlib.h>
#include <string.h>

#define HOST UINT64_C(8)

struct renting {
	struct app app;
	struct settings settings;
	struct room_fake store;
	struct clients_fake clients;
	struct room_store rooms;
	struct book_client book_client;
	struct room room; /* of the last call */
	bool replayed;
};

static const struct origin by_host = {.caller = {.id = HOST, .roles = ROLE_HOST}};

static int
renting_open(void **state)
{
	struct renting *r = calloc(1, sizeof(*r));
	if (!r)
		return -1;
	memcpy(r->settings.currency, "KRW", 4);
	r->rooms = room_fake_port(&r->store);
	r->book_client = clients_fake_book_client(&r->clients);
	r->app = (struct app){
		.settings = &r->settings, .rooms = &r->rooms, .book_client = &r->book_client};
	*state = r;
	return 0;
}

static int
renting_close(void **state)
{
	free(*state);
	return 0;
}

static void
register_one(struct renting *r)
{
	struct room_register request = {.room = {.price = 1500}, .origin = by_host};
	assert_ok(room_register(&r->app, &request, &r->room, &r->replayed));
}

static enum err
delete_it(struct renting *r, bool cancel_bookings)
{
	struct room_delete request = {.id = 1,
	                              .cancel_bookings = cancel_bookings,
	                              .origin = by_host,
	                              .deadline_ms = monotonic_ms() + 10000};
	return room_delete(&r->app, &request, &r->room, &r->replayed);
}

static void
a_room_needs_a_price_only(void **state)
{
	struct renting *r = *state;
	register_one(r);
	assert_int_equal(r->room.host_id, HOST);
	assert_int_equal(r->room.capacity, ROOM_CAPACITY_DEFAULT);
	assert_string_equal(r->room.currency, "KRW");
	assert_int_equal(r->room.status, ROOM_OPEN);
	assert_int_equal(r->store.published[0].type, EVENT_ROOM_REGISTERED);
}

static void
only_its_host_changes_a_room(void **state)
{
	struct renting *r = *state;
	struct room_change change = {
		.id = 1, .members = ROOM_PRICE, .to = {.price = 2000}, .origin = by_host};
	register_one(r);
	change.origin.caller.id = HOST + 1;
	assert_err(room_change(&r->app, &change, &r->room, &r->replayed), ERR_NOT_FOUND);
	change.origin.caller.id = HOST;
	assert_ok(room_change(&r->app, &change, &r->room, &r->replayed));
	assert_int_equal(r->room.price, 2000);
	assert_int_equal(r->room.version, 2);
}

static void
a_room_without_bookings_is_deleted_when_book_has_closed_it(void **state)
{
	struct renting *r = *state;
	register_one(r);
	assert_ok(delete_it(r, false));
	assert_int_equal(r->room.status, ROOM_DELETED);
	assert_int_equal(r->clients.book_client_room, 1);
	assert_int_equal(r->store.published[1].type, EVENT_ROOM_DELETED);
	assert_err(delete_it(r, false), ERR_NOT_FOUND);
}

static void
a_room_with_bookings_stays_and_no_intent_is_left(void **state)
{
	struct renting *r = *state;
	bool more;
	register_one(r);
	r->clients.book_client_says = ERR_HAS_BOOKINGS;
	assert_err(delete_it(r, false), ERR_HAS_BOOKINGS);
	assert_ok(r->rooms.find(r->rooms.self, 1, &r->room));
	assert_int_equal(r->room.status, ROOM_OPEN);
	r->clients.book_client_says = OK;
	assert_ok(room_finish_closings(&r->app, &more));
	assert_int_equal(r->clients.book_client_calls, 1);
}

static void
bookings_are_cancelled_only_if_asked_for(void **state)
{
	struct renting *r = *state;
	register_one(r);
	assert_ok(delete_it(r, true));
	assert_true(r->clients.book_client_cancels);
}

static void
with_book_away_it_is_not_yet_known_and_the_worker_finishes_it(void **state)
{
	struct renting *r = *state;
	bool more = true;
	register_one(r);
	r->clients.book_client_says = ERR_UNAVAILABLE;
	assert_err(delete_it(r, true), ERR_UNAVAILABLE);
	assert_ok(r->rooms.find(r->rooms.self, 1, &r->room));
	assert_int_equal(r->room.status, ROOM_OPEN);
	r->store.closings[0].asked_ms -= 60000;
	assert_err(room_finish_closings(&r->app, &more), ERR_UNAVAILABLE);
	r->clients.book_client_says = OK;
	assert_ok(room_finish_closings(&r->app, &more));
	assert_false(more);
	assert_true(r->clients.book_client_cancels);
	assert_ok(r->rooms.find(r->rooms.self, 1, &r->room));
	assert_int_equal(r->room.status, ROOM_DELETED);
}

static void
the_question_to_book_gets_no_more_time_than_the_request_has_left(void **state)
{
	struct renting *r = *state;
	struct room_delete request = {
		.id = 1, .origin = by_host, .deadline_ms = monotonic_ms() + 300};
	bool more;
	register_one(r);
	r->clients.book_client_says = ERR_UNAVAILABLE;
	assert_err(room_delete(&r->app, &request, &r->room, &r->replayed), ERR_UNAVAILABLE);
	assert_in_range(r->clients.book_client_timeout_ms, 1, 300);
	r->store.closings[0].asked_ms -= 60000;
	assert_err(room_finish_closings(&r->app, &more), ERR_UNAVAILABLE);
	assert_in_range(r->clients.book_client_timeout_ms, 301, 5000);

	r->clients.book_client_calls = 0;
	request.deadline_ms = monotonic_ms();
	assert_err(room_delete(&r->app, &request, &r->room, &r->replayed), ERR_UNAVAILABLE);
	assert_int_equal(r->clients.book_client_calls, 0);
}

static enum err
book_client_of_room_1_away(void *self, uint64_t room_id, bool cancel_bookings,
                           const struct origin *origin, uint32_t timeout_ms)
{
	(void)self;
	(void)cancel_bookings;
	(void)origin;
	(void)timeout_ms;
	return room_id == 1 ? ERR_UNAVAILABLE : OK;
}

static void
a_closing_that_always_fails_holds_up_no_other(void **state)
{
	struct renting *r = *state;
	bool more;
	register_one(r);
	register_one(r);
	r->clients.book_client_says = ERR_UNAVAILABLE;
	for (uint64_t id = 1; id <= 2; id++) {
		struct room_delete request = {
			.id = id, .origin = by_host, .deadline_ms = monotonic_ms() + 10000};
		assert_err(room_delete(&r->app, &request, &r->room, &r->replayed), ERR_UNAVAILABLE);
		r->store.closings[id - 1].asked_ms -= 60000;
	}
	r->book_client.room_close = book_client_of_room_1_away;
	assert_err(room_finish_closings(&r->app, &more), ERR_UNAVAILABLE);
	assert_ok(r->rooms.find(r->rooms.self, 2, &r->room));
	assert_int_equal(r->room.status, ROOM_DELETED);
}

/* Also after an answer that left it open, and whoever finished it. */
static void
a_key_deletes_a_room_once_and_gets_the_deleted_room_again(void **state)
{
	struct renting *r = *state;
	struct room_delete request = {.id = 1,
	                              .key = {.key = "k"},
	                              .origin = by_host,
	                              .deadline_ms = monotonic_ms() + 10000};
	bool more;
	register_one(r);
	r->clients.book_client_says = ERR_HAS_BOOKINGS;
	assert_err(room_delete(&r->app, &request, &r->room, &r->replayed), ERR_HAS_BOOKINGS);
	request.cancel_bookings = true; /* the same form, sent again with the box ticked */
	request.key.fingerprint[0] = 1;
	r->clients.book_client_says = ERR_UNAVAILABLE;
	assert_err(room_delete(&r->app, &request, &r->room, &r->replayed), ERR_UNAVAILABLE);
	r->clients.book_client_says = OK;
	r->store.closings[1].asked_ms -= 60000;
	assert_ok(room_finish_closings(&r->app, &more));
	assert_ok(room_delete(&r->app, &request, &r->room, &r->replayed));
	assert_true(r->replayed);
	assert_int_equal(r->room.status, ROOM_DELETED);
	request.key.fingerprint[0] = 2;
	assert_err(room_delete(&r->app, &request, &r->room, &r->replayed), ERR_KEY_REUSED);
}

static void
strangers_cannot_delete_a_room(void **state)
{
	struct renting *r = *state;
	struct room_delete request = {.id = 1, .origin = {.caller = {.id = HOST + 1}}};
	register_one(r);
	assert_err(room_delete(&r->app, &request, &r->room, &r->replayed), ERR_NOT_FOUND);
	assert_int_equal(r->clients.book_client_calls, 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, renting_open, renting_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_room_needs_a_price_only),
		T(only_its_host_changes_a_room),
		T(a_room_without_bookings_is_deleted_when_book_has_closed_it),
		T(a_room_with_bookings_stays_and_no_intent_is_left),
		T(bookings_are_cancelled_only_if_asked_for),
		T(with_book_away_it_is_not_yet_known_and_the_worker_finishes_it),
		T(the_question_to_book_gets_no_more_time_than_the_request_has_left),
		T(a_closing_that_always_fails_holds_up_no_other),
		T(a_key_deletes_a_room_once_and_gets_the_deleted_room_again),
		T(strangers_cannot_delete_a_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
