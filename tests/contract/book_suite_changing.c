/* SPDX-License-Identifier: MIT */
/* book_suite_changing - what every book_store must do: changes of a booking's state. */
#include "base/mem.h"
#include "tests/contract/book_suite_parts.h"
#include "tests/contract/booking_attempt.h"
#include "tests/unit/test.h"

#include <string.h>

/* The actions that lead to each state. */
static const struct {
	size_t n;
	enum book_action actions[2];
} ways[BOOK_STATUS_MAX] = {
	[BOOK_REQUESTED] = {0, {0}},
	[BOOK_PAYMENT_PENDING] = {1, {BOOK_DEFER}},
	[BOOK_BOOKED] = {1, {BOOK_APPROVE}},
	[BOOK_REJECTED] = {1, {BOOK_DECLINE}},
	[BOOK_EXPIRED] = {2, {BOOK_DEFER, BOOK_EXPIRE}},
	[BOOK_CANCELED] = {2, {BOOK_APPROVE, BOOK_CANCEL}},
};

static struct book
book_in(enum book_status status)
{
	struct book book = suite_held(1, 42, 0, 3);
	for (size_t i = 0; i < ways[status].n; i++)
		book = suite_applied(book.id, ways[status].actions[i]);
	assert_int_equal(book.status, status);
	return book;
}

static void
refuses(const struct book *before, enum book_action action)
{
	const struct book_change change = attempt_change(before->id, action);
	const size_t events = suite_events();
	struct book now;
	assert_err(suite_apply(&change, &now), ERR_STATE_CONFLICT);
	suite_same(&now, before);
	now = suite_found(before->id);
	suite_same(&now, before);
	assert_int_equal(suite_events(), events);
}

static void
goes_to(const struct book *before, enum book_action action, enum book_status next)
{
	static struct event events[64];
	const size_t n = suite_events();
	const struct book now = suite_applied(before->id, action);
	const struct book stored = suite_found(before->id);
	enum event_type type;
	assert_int_equal(now.status, next);
	assert_int_equal(now.version, before->version + 1);
	suite_same(&now, &stored);
	assert_true(event_of_book(next, &type));
	assert_int_equal(book_world.events(events, ARRAY_SIZE(events)), n + 1);
	assert_int_equal(events[n].type, type);
	assert_int_equal(events[n].sequence, now.version);
	assert_int_equal(events[n].correlation_id, now.id);
	assert_int_equal(events[n].data.book.status, next);
	assert_int_equal(events[n].data.book.version, now.version);
	assert_string_equal(events[n].request_id, "r-2");
}

static void
every_action_in_every_state_follows_the_state_table(void **state)
{
	(void)state;
	for (int status = 0; status < BOOK_STATUS_MAX; status++)
		for (int action = 0; action < BOOK_ACTION_MAX; action++) {
			enum book_status next = (enum book_status)status;
			book_world.empty();
			suite_room(1);
			const struct book book = book_in((enum book_status)status);
			if (book_next(book.status, (enum book_action)action, &next) == OK)
				goes_to(&book, (enum book_action)action, next);
			else
				refuses(&book, (enum book_action)action);
			assert_int_equal(suite_is_free(1, 0, 3), !book_holds_nights(next));
		}
}

static void
the_payment_that_decided_is_stored_with_the_booking(void **state)
{
	(void)state;
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	struct book_change change = attempt_change(held.id, BOOK_APPROVE);
	struct book book;
	change.pay_id = 77;
	assert_ok(suite_apply(&change, &book));
	assert_int_equal(book.pay_id, 77);
	book = suite_applied(held.id, BOOK_CANCEL);
	assert_int_equal(book.pay_id, 77);
	assert_int_equal(suite_found(held.id).pay_id, 77);
}

static void
a_change_of_another_version_is_refused_with_the_present_booking(void **state)
{
	(void)state;
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	struct book_change change = attempt_change(held.id, BOOK_CANCEL);
	struct book book = {0};
	change.condition = IF_NONE_MATCH(1);
	assert_err(suite_apply(&change, &book), ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(2);
	assert_err(suite_apply(&change, &book), ERR_VERSION_CONFLICT);
	assert_int_equal(book.status, BOOK_REQUESTED);
	change.condition = IF_MATCH(1);
	assert_ok(suite_apply(&change, &book));
}

static void
a_change_of_an_unknown_booking_is_not_found(void **state)
{
	(void)state;
	const struct book_change change = attempt_change(12345, BOOK_APPROVE);
	struct book book;
	assert_err(suite_apply(&change, &book), ERR_NOT_FOUND);
}

static void
a_change_with_a_key_is_made_once(void **state)
{
	(void)state;
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	struct book_change change = attempt_change(held.id, BOOK_CANCEL);
	struct book book;
	change.key = attempt_key("c", 3);
	assert_ok(suite_apply(&change, &book));
	assert_ok(suite_apply(&change, &book));
	assert_int_equal(book.version, 2);
	assert_int_equal(suite_events(), 1);
	assert_ok(book_world.store.replay(book_world.store.self, &change.key, &book));
	assert_int_equal(book.id, held.id);
	change.key = attempt_key("c", 4);
	assert_err(suite_apply(&change, &book), ERR_KEY_REUSED);
}

static void
a_refused_change_stores_no_key(void **state)
{
	(void)state;
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	struct book_change change = attempt_change(held.id, BOOK_APPROVE);
	struct book book;
	suite_applied(held.id, BOOK_APPROVE);
	change.key = attempt_key("c", 3);
	assert_err(suite_apply(&change, &book), ERR_STATE_CONFLICT);
	assert_err(book_world.store.replay(book_world.store.self, &change.key, &book),
	           ERR_NOT_FOUND);
}

static void
a_dropped_key_can_be_used_again(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, 42, 0, 3);
	struct hold_result result;
	struct book book;
	suite_room(1);
	hold.key = attempt_key("k", 1);
	assert_ok(suite_hold(&hold, &result));
	const uint64_t first = result.book.id;
	struct book_change change = attempt_change(first, BOOK_EXPIRE);
	change.drop_key = true;
	assert_ok(suite_apply(&change, &book));
	hold = attempt_hold(1, 42, 0, 3);
	hold.key = attempt_key("k", 1);
	assert_ok(suite_hold(&hold, &result));
	assert_int_equal(result.kind, HOLD_MADE);
	assert_true(result.book.id != first);
}

static void
above_the_pending_limit_a_deferred_booking_expires_and_its_key_is_dropped(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, 42, 5, 1);
	struct hold_result result;
	struct book book;
	suite_room(1);
	suite_applied(suite_held(1, 42, 0, 3).id, BOOK_DEFER);
	hold.key = attempt_key("k", 1);
	assert_ok(suite_hold(&hold, &result));
	struct book_change change = attempt_change(result.book.id, BOOK_DEFER);
	change.pending_limit = 1;
	assert_ok(suite_apply(&change, &book));
	assert_int_equal(book.status, BOOK_EXPIRED);
	assert_err(book_world.store.replay(book_world.store.self, &hold.key, &book), ERR_NOT_FOUND);
	assert_true(suite_is_free(1, 5, 1));
	change = attempt_change(suite_held(1, 42, 7, 1).id, BOOK_DEFER);
	change.pending_limit = 2;
	assert_ok(suite_apply(&change, &book));
	assert_int_equal(book.status, BOOK_PAYMENT_PENDING);
}

static void
a_pending_booking_is_not_deferred_again_nor_counted_against_itself(void **state)
{
	(void)state;
	struct book book;
	suite_room(1);
	struct book_change change = attempt_change(suite_held(1, 42, 0, 3).id, BOOK_DEFER);
	change.pending_limit = 1;
	assert_ok(suite_apply(&change, &book));
	assert_int_equal(book.status, BOOK_PAYMENT_PENDING);
	assert_err(suite_apply(&change, &book), ERR_STATE_CONFLICT); /* a second settler */
	assert_int_equal(book.status, BOOK_PAYMENT_PENDING);
	assert_false(suite_is_free(1, 0, 3));
}

static void
a_cancellation_is_in_the_audit_once_and_only_if_it_is_done(void **state)
{
	(void)state;
	suite_room(1);
	const struct book book = book_in(BOOK_BOOKED);
	struct book_change cancel = attempt_change(book.id, BOOK_CANCEL);
	struct book now;
	cancel.origin.caller = (struct caller){.id = 42, .roles = ROLE_GUEST};
	cancel.condition = IF_MATCH(book.version + 1);
	assert_err(suite_apply(&cancel, &now), ERR_VERSION_CONFLICT);
	assert_int_equal(book_world.cancellations(book.id), 0);
	cancel.condition = IF_MATCH(book.version);
	assert_ok(suite_apply(&cancel, &now));
	assert_int_equal(book_world.cancellations(book.id), 1);
	cancel.condition = (struct precondition){.if_match = {.given = false}};
	assert_err(suite_apply(&cancel, &now), ERR_STATE_CONFLICT);
	assert_int_equal(book_world.cancellations(book.id), 1);
}

static const struct CMUnitTest tests[] = {
	BOOK_TEST(every_action_in_every_state_follows_the_state_table),
	BOOK_TEST(the_payment_that_decided_is_stored_with_the_booking),
	BOOK_TEST(a_change_of_another_version_is_refused_with_the_present_booking),
	BOOK_TEST(a_change_of_an_unknown_booking_is_not_found),
	BOOK_TEST(a_change_with_a_key_is_made_once),
	BOOK_TEST(a_cancellation_is_in_the_audit_once_and_only_if_it_is_done),
	BOOK_TEST(a_refused_change_stores_no_key),
	BOOK_TEST(a_dropped_key_can_be_used_again),
	BOOK_TEST(above_the_pending_limit_a_deferred_booking_expires_and_its_key_is_dropped),
	BOOK_TEST(a_pending_booking_is_not_deferred_again_nor_counted_against_itself),
};

int
book_suite_changing(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
