/* SPDX-License-Identifier: MIT */
/* book_suite_reading - the book suite: finding, lists, timelines, and due bookings. */
#include "base/mem.h"
#include "tests/contract/book_suite_parts.h"
#include "tests/contract/booking_attempt.h"
#include "tests/unit/test.h"

#include <string.h>

/* ---- finding ---- */

static void
only_its_guest_and_its_host_find_a_booking(void **state)
{
	(void)state;
	const struct {
		struct caller caller;
		enum err err;
	} cases[] = {
		{{.id = 42, .roles = ROLE_GUEST}, OK},
		{{.id = ATTEMPT_HOST, .roles = ROLE_HOST}, OK},
		{{.id = 42, .roles = ROLE_HOST}, ERR_NOT_FOUND},
		{{.id = ATTEMPT_HOST, .roles = ROLE_GUEST}, ERR_NOT_FOUND},
		{{.id = 43, .roles = ROLE_GUEST}, ERR_NOT_FOUND},
	};
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct book book;
		assert_err(book_world.store.find(book_world.store.self, held.id, &cases[i].caller,
		                                 &book),
		           cases[i].err);
	}
}

/* ---- lists ---- */

struct seen {
	uint64_t ids[16];
	size_t n;
};

static void
note_id(void *arg, const struct book *book)
{
	struct seen *seen = arg;
	assert_true(seen->n < ARRAY_SIZE(seen->ids));
	seen->ids[seen->n++] = book->id;
}

static struct book_list
list_of(unsigned sort, bool descending)
{
	return (struct book_list){.caller = {.id = 42, .roles = ROLE_GUEST},
	                          .status = BOOK_STATUS_MAX,
	                          .paging = {.size = 10, .sort = sort, .descending = descending}};
}

static void
shows(const struct book_list *list, uint64_t total, const uint64_t ids[], size_t n)
{
	struct seen seen = {.n = 0};
	uint64_t counted = 0;
	assert_ok(book_world.store.list(book_world.store.self, list, note_id, &seen, &counted));
	assert_int_equal(counted, total);
	assert_int_equal(seen.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(seen.ids[i], ids[i]);
}

#define SHOWS(list, total, ...)                             \
	shows(list, total, (const uint64_t[]){__VA_ARGS__}, \
	      sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static void
a_list_can_be_sorted_by_every_sort_in_both_directions(void **state)
{
	(void)state;
	suite_room(1);
	const uint64_t a = suite_held(1, 42, 10, 1).id; /* latest and cheapest */
	const uint64_t b = suite_held(1, 42, 0, 3).id;
	const uint64_t c = suite_held(1, 42, 5, 2).id;
	suite_held(1, 43, 20, 1);
	const struct book_list by_id = list_of(BOOK_SORT_ID, false);
	const struct book_list by_id_down = list_of(BOOK_SORT_ID, true);
	const struct book_list by_start = list_of(BOOK_SORT_START_DATE, false);
	const struct book_list by_start_down = list_of(BOOK_SORT_START_DATE, true);
	const struct book_list by_price = list_of(BOOK_SORT_PRICE, false);
	const struct book_list by_price_down = list_of(BOOK_SORT_PRICE, true);
	SHOWS(&by_id, 3, a, b, c);
	SHOWS(&by_id_down, 3, c, b, a);
	SHOWS(&by_start, 3, b, c, a);
	SHOWS(&by_start_down, 3, a, c, b);
	SHOWS(&by_price, 3, a, c, b);
	SHOWS(&by_price_down, 3, b, c, a);
	book_world.pass(10);
	suite_applied(a, BOOK_APPROVE);
	const struct book_list by_change = list_of(BOOK_SORT_UPDATED_AT, true);
	SHOWS(&by_change, 3, a, c, b);
}

static void
the_pages_of_a_list_are_complete(void **state)
{
	(void)state;
	uint64_t ids[5];
	struct book_list list = list_of(BOOK_SORT_PRICE, false); /* all the same: by id */
	suite_room(1);
	for (int i = 0; i < 5; i++)
		ids[i] = suite_held(1, 42, i, 1).id;
	list.paging.size = 2;
	SHOWS(&list, 5, ids[0], ids[1]);
	list.paging.page = 1;
	SHOWS(&list, 5, ids[2], ids[3]);
	list.paging.page = 2;
	SHOWS(&list, 5, ids[4]);
	list.paging.page = 3;
	shows(&list, 5, NULL, 0);
}

static void
a_list_can_be_filtered_by_room_and_status(void **state)
{
	(void)state;
	struct book_list list = list_of(BOOK_SORT_ID, false);
	suite_room(1);
	suite_room(2);
	const uint64_t a = suite_held(1, 42, 0, 1).id, b = suite_held(2, 42, 0, 1).id;
	const uint64_t c = suite_held(2, 42, 5, 1).id;
	suite_applied(c, BOOK_APPROVE);
	list.filter.room_id = 2;
	SHOWS(&list, 2, b, c);
	list.status = BOOK_BOOKED;
	SHOWS(&list, 1, c);
	list.filter.room_id = 0;
	list.status = BOOK_REQUESTED;
	SHOWS(&list, 2, a, b);
}

static void
a_list_can_be_filtered_by_booking_people_and_dates(void **state)
{
	(void)state;
	struct book_list list = list_of(BOOK_SORT_ID, false);
	suite_room(1);
	const struct book a = suite_held(1, 42, 0, 2), b = suite_held(1, 42, 5, 1);
	suite_held(1, 43, 8, 1);
	list.filter.book_id = b.id;
	SHOWS(&list, 1, b.id);
	list.filter = (struct stay_filter){.of_host = true, .host_id = ATTEMPT_HOST};
	SHOWS(&list, 2, a.id, b.id);
	list.filter.host_id++;
	shows(&list, 0, NULL, 0);
	list.filter = (struct stay_filter){.has_start = true, .dates = {.start = a.stay.end - 1}};
	SHOWS(&list, 2, a.id, b.id);
	list.filter.dates.start = a.stay.end; /* the day of departure is no night */
	SHOWS(&list, 1, b.id);
	list.filter = (struct stay_filter){.has_end = true, .dates = {.end = b.stay.start}};
	SHOWS(&list, 1, a.id);
	list.filter = (struct stay_filter){.of_guest = true, .guest_id = 42};
	list.caller = (struct caller){.id = ATTEMPT_HOST, .roles = ROLE_HOST};
	SHOWS(&list, 2, a.id, b.id);
	list.caller = (struct caller){
		.id = 43, .roles = ROLE_GUEST}; /* a filter shows nobody what is another's */
	shows(&list, 0, NULL, 0);
}

static void
a_host_sees_the_bookings_of_all_guests(void **state)
{
	(void)state;
	struct book_list list = list_of(BOOK_SORT_ID, false);
	suite_room(1);
	const uint64_t a = suite_held(1, 42, 0, 1).id, b = suite_held(1, 43, 1, 1).id;
	list.caller = (struct caller){.id = ATTEMPT_HOST, .roles = ROLE_HOST};
	SHOWS(&list, 2, a, b);
	list.caller = (struct caller){.id = 42, .roles = ROLE_HOST};
	shows(&list, 0, NULL, 0);
}

/* ---- timelines ---- */

struct line {
	struct book_step steps[8];
	size_t n;
};

static void
note_step(void *arg, const struct book_step *step)
{
	struct line *line = arg;
	assert_true(line->n < ARRAY_SIZE(line->steps));
	line->steps[line->n++] = *step;
}

static void
a_timeline_shows_when_by_whom_and_why(void **state)
{
	(void)state;
	struct line line = {.n = 0};
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	suite_held(1, 43, 5, 1);
	const struct book pending = suite_applied(held.id, BOOK_DEFER);
	struct book_change cancel = attempt_change(held.id, BOOK_CANCEL);
	struct book book;
	cancel.origin.caller = (struct caller){.id = ATTEMPT_HOST, .roles = ROLE_HOST};
	memcpy(cancel.why, "물이 샌다", sizeof("물이 샌다"));
	assert_ok(suite_apply(&cancel, &book));
	assert_ok(book_world.store.timeline(book_world.store.self, held.id, note_step, &line));
	assert_int_equal(line.n, 3);
	assert_int_equal(line.steps[0].version, 1);
	assert_int_equal(line.steps[0].at, held.created_at);
	assert_int_equal(line.steps[0].from, BOOK_REQUESTED);
	assert_int_equal(line.steps[0].to, BOOK_REQUESTED);
	assert_int_equal(line.steps[0].by.id, 42);
	assert_int_equal(line.steps[0].by.roles, ROLE_GUEST);
	assert_string_equal(line.steps[0].request_id, "r-1");
	assert_int_equal(line.steps[1].at, pending.updated_at);
	assert_int_equal(line.steps[1].to, BOOK_PAYMENT_PENDING);
	assert_int_equal(line.steps[1].by.roles, 0);
	assert_string_equal(line.steps[1].why, "so it is");
	assert_int_equal(line.steps[2].from, BOOK_PAYMENT_PENDING);
	assert_int_equal(line.steps[2].to, BOOK_CANCELED);
	assert_int_equal(line.steps[2].by.id, ATTEMPT_HOST);
	assert_string_equal(line.steps[2].why, "물이 샌다");
}

static enum err
attempt(uint64_t id, const char *token, struct book *ret_book, char ret_token[TOKEN_SIZE])
{
	const struct precondition none = {.if_match = {.given = false}};
	return book_world.store.attempt(book_world.store.self, id, token, &none, ret_book,
	                                ret_token);
}

/* ---- paying again ---- */

static void
an_attempt_is_counted_and_may_replace_the_token(void **state)
{
	(void)state;
	char token[TOKEN_SIZE];
	struct book book;
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	assert_err(attempt(held.id, "", &book, token), ERR_STATE_CONFLICT);
	assert_int_equal(book.status, BOOK_REQUESTED);
	const struct book pending = suite_applied(held.id, BOOK_DEFER);
	assert_ok(attempt(held.id, "", &book, token));
	assert_string_equal(token, "tok_ok");
	assert_int_equal(book.version, pending.version);
	assert_ok(attempt(held.id, "tok_new", &book, token));
	assert_string_equal(token, "tok_new");
	assert_ok(attempt(held.id, "", &book, token));
	assert_string_equal(token, "tok_new");
	assert_err(attempt(held.id + 1, "", &book, token), ERR_NOT_FOUND);
}

/* ---- due bookings ---- */

static const struct due_query query = {
	.stale_ms = 10000, .retry_ms = 5000, .max_retries = 10, .today = ATTEMPT_DAY, .max = 10};

static size_t
due(const struct due_query *asked, struct due_book ret_due[10])
{
	size_t n = 99;
	assert_ok(book_world.store.due(book_world.store.self, asked, ret_due, &n));
	return n;
}

static void
a_booking_that_stays_requested_becomes_stale(void **state)
{
	(void)state;
	struct due_book found[10];
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	book_world.pass(9000);
	assert_int_equal(due(&query, found), 0);
	book_world.pass(1001);
	assert_int_equal(due(&query, found), 1);
	assert_int_equal(found[0].kind, DUE_STALE);
	assert_int_equal(found[0].book.id, held.id);
	assert_string_equal(found[0].token, "tok_ok");
}

static void
a_hold_past_its_time_is_expired_and_not_retried(void **state)
{
	(void)state;
	struct due_book found[10];
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	suite_applied(held.id, BOOK_DEFER);
	book_world.pass(900001);
	assert_int_equal(due(&query, found), 1);
	assert_int_equal(found[0].kind, DUE_EXPIRED);
	assert_int_equal(found[0].book.id, held.id);
}

static void
a_pending_booking_is_retried_after_a_pause(void **state)
{
	(void)state;
	struct due_book found[10];
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	suite_applied(held.id, BOOK_DEFER);
	assert_int_equal(due(&query, found), 1);
	assert_int_equal(found[0].kind, DUE_RETRY);
	assert_int_equal(found[0].attempts, 0);
	assert_int_equal(due(&query, found), 0);
	book_world.pass(5001);
	assert_int_equal(due(&query, found), 1);
	assert_int_equal(found[0].attempts, 1);
}

static void
retries_are_found_without_what_else_is_due(void **state)
{
	(void)state;
	struct due_book found[10];
	struct due_query retries = query;
	retries.only_retries = true;
	suite_room(1);
	const struct book held = suite_held(1, 42, 0, 3);
	suite_held(1, 42, 5, 1);
	suite_applied(held.id, BOOK_DEFER);
	book_world.pass(10001);
	assert_int_equal(due(&retries, found), 1);
	assert_int_equal(found[0].kind, DUE_RETRY);
	assert_int_equal(found[0].book.id, held.id);
	assert_int_equal(due(&query, found), 1);
	assert_int_equal(found[0].kind, DUE_STALE);
}

static void
least_attempts_come_first_then_the_oldest(void **state)
{
	(void)state;
	struct due_book found[10];
	struct due_query one = query;
	uint64_t ids[3];
	suite_room(1);
	for (int i = 0; i < 3; i++) {
		ids[i] = suite_held(1, 42, i, 1).id;
		suite_applied(ids[i], BOOK_DEFER);
	}
	one.max_retries = 1;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(due(&one, found), 1);
		assert_int_equal(found[0].book.id, ids[i]);
		book_world.pass(5001);
	}
	assert_int_equal(due(&one, found), 1);
	assert_int_equal(found[0].book.id, ids[0]);
}

static void
at_most_the_requested_number_is_due(void **state)
{
	(void)state;
	struct due_book found[10];
	struct due_query none = query, two = query;
	suite_room(1);
	for (int i = 0; i < 3; i++)
		suite_applied(suite_held(1, 42, i, 1).id, BOOK_DEFER);
	none.max_retries = 0;
	assert_int_equal(due(&none, found), 0);
	two.max = 2;
	assert_int_equal(due(&two, found), 2);
	assert_int_equal(due(&query, found), 1);
}

static void
pending_bookings_are_counted(void **state)
{
	(void)state;
	uint64_t pending = 99;
	suite_room(1);
	suite_held(1, 42, 0, 1);
	suite_applied(suite_held(1, 42, 1, 1).id, BOOK_DEFER);
	assert_ok(book_world.store.pending(book_world.store.self, &pending));
	assert_int_equal(pending, 1);
}

static void
a_snapshot_shows_all_published_bookings_by_id(void **state)
{
	(void)state;
	struct seen seen = {.n = 0};
	suite_room(1);
	const uint64_t booked = suite_applied(suite_held(1, 42, 0, 1).id, BOOK_APPROVE).id;
	suite_held(1, 42, 1, 1); /* Requested is not published */
	const uint64_t pending = suite_applied(suite_held(1, 43, 2, 1).id, BOOK_DEFER).id;
	const uint64_t declined = suite_applied(suite_held(1, 44, 3, 1).id, BOOK_DECLINE).id;
	struct keyset_page page = {.size = 2};
	assert_ok(book_world.store.snapshot(book_world.store.self, &page, note_id, &seen));
	assert_int_equal(seen.n, 2);
	page.after = pending;
	assert_ok(book_world.store.snapshot(book_world.store.self, &page, note_id, &seen));
	page.after = declined;
	assert_ok(book_world.store.snapshot(book_world.store.self, &page, note_id, &seen));
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.ids[0], booked);
	assert_int_equal(seen.ids[1], pending);
	assert_int_equal(seen.ids[2], declined);
}

int
book_suite_reading(const char *where)
{
	static const struct CMUnitTest tests[] = {
		BOOK_TEST(only_its_guest_and_its_host_find_a_booking),
		BOOK_TEST(a_list_can_be_sorted_by_every_sort_in_both_directions),
		BOOK_TEST(the_pages_of_a_list_are_complete),
		BOOK_TEST(a_list_can_be_filtered_by_room_and_status),
		BOOK_TEST(a_list_can_be_filtered_by_booking_people_and_dates),
		BOOK_TEST(a_host_sees_the_bookings_of_all_guests),
		BOOK_TEST(a_timeline_shows_when_by_whom_and_why),
		BOOK_TEST(an_attempt_is_counted_and_may_replace_the_token),
		BOOK_TEST(a_booking_that_stays_requested_becomes_stale),
		BOOK_TEST(a_hold_past_its_time_is_expired_and_not_retried),
		BOOK_TEST(a_pending_booking_is_retried_after_a_pause),
		BOOK_TEST(least_attempts_come_first_then_the_oldest),
		BOOK_TEST(retries_are_found_without_what_else_is_due),
		BOOK_TEST(at_most_the_requested_number_is_due),
		BOOK_TEST(pending_bookings_are_counted),
		BOOK_TEST(a_snapshot_shows_all_published_bookings_by_id),
	};
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
