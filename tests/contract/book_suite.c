/* SPDX-License-Identifier: MIT */
/* book_suite - what every book_store must do: holds. */
#include "tests/contract/book_suite.h"

#include "base/mem.h"
#include "tests/contract/book_suite_parts.h"
#include "tests/contract/booking_attempt.h"
#include "tests/unit/test.h"

#include <string.h>

struct book_world book_world;

int
book_world_empty(void **state)
{
	(void)state;
	book_world.empty();
	return 0;
}

void
suite_room(uint64_t id)
{
	const struct offer offer = attempt_offer(id);
	assert_ok(book_world.store.offer_put(book_world.store.self, &offer));
}

enum err
suite_hold(const struct book_hold *hold, struct hold_result *ret_result)
{
	return book_world.store.hold(book_world.store.self, hold, ret_result);
}

struct book
suite_held(uint64_t room_id, uint64_t guest_id, int from, int nights)
{
	const struct book_hold hold = attempt_hold(room_id, guest_id, from, nights);
	struct hold_result result;
	assert_ok(suite_hold(&hold, &result));
	assert_int_equal(result.kind, HOLD_MADE);
	return result.book;
}

enum err
suite_apply(const struct book_change *change, struct book *ret_book)
{
	return book_world.store.apply(book_world.store.self, change, ret_book);
}

struct book
suite_applied(uint64_t id, enum book_action action)
{
	const struct book_change change = attempt_change(id, action);
	struct book book;
	assert_ok(suite_apply(&change, &book));
	return book;
}

struct book
suite_found(uint64_t id)
{
	struct book book;
	assert_ok(book_world.store.find(book_world.store.self, id, NULL, &book));
	return book;
}

void
suite_same(const struct book *a, const struct book *b)
{
	assert_int_equal(a->id, b->id);
	assert_string_equal(a->reference, b->reference);
	assert_int_equal(a->room_id, b->room_id);
	assert_int_equal(a->host_id, b->host_id);
	assert_int_equal(a->guest_id, b->guest_id);
	assert_int_equal(a->stay.start, b->stay.start);
	assert_int_equal(a->stay.end, b->stay.end);
	assert_int_equal(a->guests, b->guests);
	assert_int_equal(a->price, b->price);
	assert_string_equal(a->currency, b->currency);
	assert_string_equal(a->contact.name, b->contact.name);
	assert_string_equal(a->contact.email, b->contact.email);
	assert_string_equal(a->contact.phone, b->contact.phone);
	assert_int_equal(a->contact.mailing, b->contact.mailing);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->pay_id, b->pay_id);
	assert_int_equal(a->pay_until, b->pay_until);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->key_version, b->key_version);
	assert_int_equal(a->erased, b->erased);
	assert_int_equal(a->created_at, b->created_at);
	assert_int_equal(a->updated_at, b->updated_at);
}

size_t
suite_events(void)
{
	static struct event events[64];
	return book_world.events(events, ARRAY_SIZE(events));
}

bool
suite_is_free(uint64_t room_id, int from, int nights)
{
	const struct book_hold hold = attempt_hold(room_id, 0, from, nights);
	struct hold_result result;
	enum err err = suite_hold(&hold, &result);
	assert_true(err == OK || err == ERR_TAKEN);
	return err == OK;
}

/* ---- holding ---- */

static void
a_hold_keeps_the_nights_and_returns_what_was_stored(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_hold hold = attempt_hold(1, 42, 0, 3);
	struct hold_result result;
	assert_ok(suite_hold(&hold, &result));
	const struct book book = suite_found(result.book.id);
	suite_same(&book, &result.book);
	assert_string_equal(book.reference, hold.book.reference);
	assert_int_equal(book.guest_id, 42);
	assert_int_equal(book.host_id, ATTEMPT_HOST);
	assert_int_equal(book.stay.start, ATTEMPT_DAY);
	assert_int_equal(book.stay.end, ATTEMPT_DAY + 3);
	assert_int_equal(book.price, 4500);
	assert_string_equal(book.contact.name, hold.book.contact.name);
	assert_int_equal(book.status, BOOK_REQUESTED);
	assert_int_equal(book.version, 1);
	assert_int_equal(book.pay_until, book.created_at + 900000);
	assert_false(suite_is_free(1, 2, 1));
}

static void
a_hold_sends_no_event(void **state)
{
	(void)state;
	suite_room(1);
	suite_held(1, 42, 0, 3);
	assert_int_equal(suite_events(), 0);
}

static void
a_hold_of_a_taken_night_is_refused_with_that_night_and_stores_nothing(void **state)
{
	(void)state;
	suite_room(1);
	const struct book first = suite_held(1, 42, 2, 2);
	struct book_hold hold = attempt_hold(1, 43, 0, 6);
	struct hold_result result;
	hold.key = attempt_key("k", 1);
	assert_err(suite_hold(&hold, &result), ERR_TAKEN);
	assert_int_equal(result.n_taken, 2);
	assert_int_equal(result.taken[0], ATTEMPT_DAY + 2);
	assert_int_equal(result.taken[1], ATTEMPT_DAY + 3);
	struct book none;
	assert_err(book_world.store.replay(book_world.store.self, &hold.key, &none), ERR_NOT_FOUND);
	assert_err(book_world.store.find(book_world.store.self, first.id + 1, NULL, &none),
	           ERR_NOT_FOUND);
	assert_true(suite_is_free(1, 0, 2));
	assert_true(suite_is_free(1, 4, 2));
}

static void
a_stay_can_start_on_the_end_date_of_another(void **state)
{
	(void)state;
	suite_room(1);
	suite_held(1, 42, 0, 3);
	suite_held(1, 43, 3, 30);
	suite_held(1, 44, -1, 1);
}

static void
the_same_nights_of_another_room_are_free(void **state)
{
	(void)state;
	suite_room(1);
	suite_room(2);
	suite_held(1, 42, 0, 3);
	suite_held(2, 42, 0, 3);
}

static void
an_unknown_a_deleted_and_a_closed_room_cannot_be_held(void **state)
{
	(void)state;
	const struct origin origin = {0};
	struct offer deleted = attempt_offer(2);
	struct book_hold hold = attempt_hold(1, 42, 0, 1);
	struct hold_result result;
	assert_err(suite_hold(&hold, &result), ERR_NOT_FOUND);
	deleted.open = false;
	assert_ok(book_world.store.offer_put(book_world.store.self, &deleted));
	hold.book.room_id = 2;
	assert_err(suite_hold(&hold, &result), ERR_NOT_FOUND);
	suite_room(3);
	assert_ok(
		book_world.store.room_close(book_world.store.self, 3, false, ATTEMPT_DAY, &origin));
	hold.book.room_id = 3;
	assert_err(suite_hold(&hold, &result), ERR_NOT_FOUND);
}

static void
a_hold_at_an_old_price_is_refused_with_the_new_price(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, 42, 0, 1);
	struct hold_result result;
	suite_room(1);
	hold.night_price = 1000;
	assert_err(suite_hold(&hold, &result), ERR_PRICE_CHANGED);
	assert_int_equal(result.offer.price, ATTEMPT_PRICE);
	assert_true(suite_is_free(1, 0, 1));
}

static void
a_guest_who_asks_for_the_same_stay_again_gets_the_existing_booking(void **state)
{
	(void)state;
	suite_room(1);
	const struct book first = suite_held(1, 42, 0, 3);
	struct book_hold hold = attempt_hold(1, 42, 0, 3);
	struct hold_result result;
	assert_ok(suite_hold(&hold, &result));
	assert_int_equal(result.kind, HOLD_OWN);
	assert_int_equal(result.book.id, first.id);
	hold = attempt_hold(1, 42, 0, 2);
	assert_err(suite_hold(&hold, &result), ERR_TAKEN);
}

static void
guest_0_is_nobody_and_has_nothing_of_its_own(void **state)
{
	(void)state;
	suite_room(1);
	suite_held(1, 0, 0, 3);
	struct book_hold hold = attempt_hold(1, 0, 0, 3);
	struct hold_result result;
	assert_err(suite_hold(&hold, &result), ERR_TAKEN);
}

static void
a_key_used_before_returns_its_booking_in_its_present_state(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, 42, 0, 3);
	struct hold_result first, again;
	struct book book;
	suite_room(1);
	hold.key = attempt_key("k", 1);
	assert_ok(suite_hold(&hold, &first));
	suite_applied(first.book.id, BOOK_APPROVE);
	assert_ok(suite_hold(&hold, &again));
	assert_int_equal(again.kind, HOLD_REPLAYED);
	assert_int_equal(again.book.id, first.book.id);
	assert_int_equal(again.book.status, BOOK_BOOKED);
	assert_ok(book_world.store.replay(book_world.store.self, &hold.key, &book));
	assert_int_equal(book.status, BOOK_BOOKED);
}

static void
a_key_used_before_by_another_request_is_refused(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, 42, 0, 3);
	struct hold_result result;
	struct book book;
	suite_room(1);
	hold.key = attempt_key("k", 1);
	assert_ok(suite_hold(&hold, &result));
	hold = attempt_hold(1, 42, 5, 3);
	hold.key = attempt_key("k", 2);
	assert_err(suite_hold(&hold, &result), ERR_KEY_REUSED);
	assert_err(book_world.store.replay(book_world.store.self, &hold.key, &book),
	           ERR_KEY_REUSED);
	assert_true(suite_is_free(1, 5, 3));
}

static void
a_guest_cannot_have_more_unpaid_holds_than_the_limit(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, 42, 10, 1);
	struct hold_result result;
	suite_room(1);
	const struct book first = suite_held(1, 42, 0, 1);
	const struct book second = suite_held(1, 42, 1, 1);
	suite_applied(first.id, BOOK_DEFER);
	hold.guest_limit = 2;
	assert_err(suite_hold(&hold, &result), ERR_TOO_MANY);
	suite_applied(second.id, BOOK_APPROVE);
	assert_ok(suite_hold(&hold, &result));
	hold = attempt_hold(1, 0, 11, 1);
	hold.guest_limit = 0;
	assert_ok(suite_hold(&hold, &result));
}

/* A hold of nobody in particular, for one night. */
static struct book_hold
nobody_hold(int from, const char *client, const char *email, const char *phone)
{
	struct book_hold hold = attempt_hold(1, 0, from, 1);
	hold.nobody_counts = true;
	hold.guest_limit = 2;
	strcpy(hold.client, client);
	strcpy(hold.book.contact.email, email);
	strcpy(hold.book.contact.phone, phone);
	return hold;
}

static void
unpaid_holds_without_an_account_are_counted_by_network_and_by_contact(void **state)
{
	(void)state;
	static const char *const same[][3] = {
		{"network-a", "", ""}, {"", "a@b.example", ""}, {"", "", "+82 10 1234 5678"}};
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		struct hold_result first, second, result;
		book_world.empty();
		suite_room(1);
		const struct book_hold one = nobody_hold(0, same[i][0], same[i][1], same[i][2]),
				       two = nobody_hold(1, same[i][0], same[i][1], same[i][2]);
		struct book_hold three = nobody_hold(2, same[i][0], same[i][1], same[i][2]);
		const struct book_hold other =
			nobody_hold(3, "network-b", "c@b.example", "+82 10 8765 4321");
		assert_ok(suite_hold(&one, &first));
		assert_ok(suite_hold(&two, &second));
		assert_err(suite_hold(&three, &result), ERR_TOO_MANY);
		assert_ok(suite_hold(&other, &result));
		three.nobody_counts = false;
		assert_ok(suite_hold(&three, &result));
		suite_applied(result.book.id, BOOK_EXPIRE);
		suite_applied(first.book.id, BOOK_APPROVE);
		three.nobody_counts = true;
		assert_ok(suite_hold(&three, &result));
	}
}

static void
nobody_without_network_and_contact_is_not_counted(void **state)
{
	(void)state;
	struct hold_result result;
	suite_room(1);
	for (int from = 0; from < 4; from++) {
		const struct book_hold hold = nobody_hold(from, "", "", "");
		assert_ok(suite_hold(&hold, &result));
	}
}

/* The last of so many bookings of somebody to whose contacts little is mailed. */
static enum contact_mailing
last_mailing(uint64_t guest_id, const char *client, int n, int from)
{
	struct hold_result result = {.kind = HOLD_REFUSED};
	for (int i = 0; i < n; i++) {
		struct book_hold hold = attempt_hold(1, guest_id, from + i, 1);
		hold.nobody_counts = true;
		hold.guest_limit = 1000;
		hold.book.contact.mailing = MAILING_FEW;
		strcpy(hold.client, client);
		assert_ok(suite_hold(&hold, &result));
		assert_int_equal(result.book.contact.mailing,
		                 suite_found(result.book.id).contact.mailing);
	}
	return result.book.contact.mailing;
}

static void
whoever_has_too_many_strangers_written_to_has_none_written_to_any_more(void **state)
{
	(void)state;
	suite_room(1);
	assert_int_equal(last_mailing(42, "", MAILINGS_DAY_MAX, 0), MAILING_FEW);
	assert_int_equal(last_mailing(42, "", 1, 30), MAILING_NONE);
	assert_int_equal(last_mailing(0, "network-a", MAILINGS_DAY_MAX, 40), MAILING_FEW);
	assert_int_equal(last_mailing(0, "network-a", 1, 70), MAILING_NONE);
	assert_int_equal(last_mailing(0, "network-b", 1, 71), MAILING_FEW);
	assert_int_equal(last_mailing(43, "", 1, 72), MAILING_FEW);
	assert_int_equal(last_mailing(0, "", MAILINGS_DAY_MAX + 1, 80), MAILING_FEW);
}

static void
no_hold_is_made_above_the_limit_of_all_unpaid_holds(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, 44, 10, 1);
	struct hold_result result;
	suite_room(1);
	suite_held(1, 42, 0, 1);
	suite_held(1, 43, 1, 1);
	hold.pending_limit = 2;
	assert_err(suite_hold(&hold, &result), ERR_PAY_UNAVAILABLE);
	hold.pending_limit = 3;
	assert_ok(suite_hold(&hold, &result));
}

static const struct CMUnitTest tests[] = {
	BOOK_TEST(a_hold_keeps_the_nights_and_returns_what_was_stored),
	BOOK_TEST(a_hold_sends_no_event),
	BOOK_TEST(a_hold_of_a_taken_night_is_refused_with_that_night_and_stores_nothing),
	BOOK_TEST(a_stay_can_start_on_the_end_date_of_another),
	BOOK_TEST(the_same_nights_of_another_room_are_free),
	BOOK_TEST(an_unknown_a_deleted_and_a_closed_room_cannot_be_held),
	BOOK_TEST(a_hold_at_an_old_price_is_refused_with_the_new_price),
	BOOK_TEST(a_guest_who_asks_for_the_same_stay_again_gets_the_existing_booking),
	BOOK_TEST(guest_0_is_nobody_and_has_nothing_of_its_own),
	BOOK_TEST(a_key_used_before_returns_its_booking_in_its_present_state),
	BOOK_TEST(a_key_used_before_by_another_request_is_refused),
	BOOK_TEST(a_guest_cannot_have_more_unpaid_holds_than_the_limit),
	BOOK_TEST(unpaid_holds_without_an_account_are_counted_by_network_and_by_contact),
	BOOK_TEST(nobody_without_network_and_contact_is_not_counted),
	BOOK_TEST(whoever_has_too_many_strangers_written_to_has_none_written_to_any_more),
	BOOK_TEST(no_hold_is_made_above_the_limit_of_all_unpaid_holds),
};

int
book_suite_run(const char *where, const struct book_world *world)
{
	book_world = *world;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL) + book_suite_changing(where) +
	       book_suite_reading(where) + book_suite_rooms(where) + book_suite_purge(where) +
	       book_suite_claims(where) + book_suite_erase(where);
}
