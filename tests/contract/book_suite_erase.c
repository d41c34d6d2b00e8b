/* SPDX-License-Identifier: MIT */
/* book_suite_erase - what every book_store must do: contacts are overwritten. */
#include "base/mem.h"
#include "tests/contract/book_suite_parts.h"
#include "tests/contract/booking_attempt.h"
#include "tests/unit/test.h"

#include <string.h>

#define GUEST UINT64_C(1000000007)
#define AFTER (ATTEMPT_DAY + 40) /* every stay of these tests is over */

static struct event events[64];

static struct book_erasure
erasure_of(uint64_t id)
{
	return (struct book_erasure){
		.id = id,
		.today = AFTER,
		.origin = {.caller = {.id = GUEST, .roles = ROLE_GUEST}, .request_id = "r-4"}};
}

static enum err
erase(const struct book_erasure *erasure, struct book *ret_book)
{
	bool done;
	return book_world.store.erase(book_world.store.self, erasure, ret_book, &done);
}

static bool
was_erased_now(const struct book_erasure *erasure)
{
	struct book book;
	bool done = false;
	assert_ok(book_world.store.erase(book_world.store.self, erasure, &book, &done));
	return done;
}

/* The lines that wait for the list. */
static struct erased_note notes[8];

static size_t
waiting(size_t max)
{
	size_t n = 9;
	const struct erased_notes *erased = &book_world.erased;
	assert_ok(erased->waiting(erased->self, max, notes, &n));
	return n;
}

static struct book
booked(uint64_t guest_id, int from, int nights)
{
	return suite_applied(suite_held(1, guest_id, from, nights).id, BOOK_APPROVE);
}

static void
an_erased_booking_keeps_all_but_who_its_guest_is(void **state)
{
	(void)state;
	suite_room(1);
	struct book before = booked(GUEST, 0, 3);
	const struct book_erasure asked = erasure_of(before.id);
	struct book now;
	assert_ok(erase(&asked, &now));
	assert_true(now.erased);
	assert_true(contact_is_empty(&now.contact));
	assert_int_equal(now.version, before.version + 1);
	assert_int_equal(now.key_version, before.key_version + 1);
	const struct book stored = suite_found(before.id);
	suite_same(&now, &stored);
	assert_true(stored.erased);
	before.contact = now.contact;
	before.version = now.version;
	before.key_version = now.key_version;
	before.updated_at = now.updated_at;
	before.erased = true;
	suite_same(&before, &now);
	assert_false(suite_is_free(1, 0, 3));
}

static void
a_booking_that_is_erased_stays_as_it_is(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_erasure asked = erasure_of(booked(GUEST, 0, 3).id);
	struct book first, again;
	assert_ok(erase(&asked, &first));
	const size_t n = suite_events();
	assert_ok(erase(&asked, &again));
	suite_same(&first, &again);
	assert_int_equal(suite_events(), n);
}

static void
a_booking_whose_guest_may_still_come_or_pay_is_not_erased(void **state)
{
	(void)state;
	suite_room(1);
	const struct book stay = booked(GUEST, 0, 3), unpaid = suite_held(1, GUEST, 5, 1);
	struct book_erasure asked = erasure_of(stay.id);
	struct book now;
	asked.today = stay.stay.end - 1;
	assert_err(erase(&asked, &now), ERR_STATE_CONFLICT);
	suite_same(&stay, &now);
	asked.today = stay.stay.end;
	assert_ok(erase(&asked, &now));
	asked = erasure_of(unpaid.id);
	assert_err(erase(&asked, &now), ERR_STATE_CONFLICT);
	suite_applied(unpaid.id, BOOK_DEFER);
	assert_err(erase(&asked, &now), ERR_STATE_CONFLICT);
	suite_applied(unpaid.id, BOOK_EXPIRE);
	asked.today = unpaid.stay.start - 100; /* it will never be stayed */
	assert_ok(erase(&asked, &now));
	asked = erasure_of(unpaid.id + 1000);
	assert_err(erase(&asked, &now), ERR_NOT_FOUND);
}

static void
the_key_from_before_opens_nothing(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_erasure asked = erasure_of(booked(0, 0, 3).id);
	const struct caller holder = {
		.roles = ROLE_KEY_HOLDER, .key_book_id = asked.id, .key_version = BOOK_KEY_FIRST};
	struct book book;
	assert_ok(book_world.store.find(book_world.store.self, asked.id, &holder, &book));
	assert_ok(erase(&asked, &book));
	assert_err(book_world.store.find(book_world.store.self, asked.id, &holder, &book),
	           ERR_NOT_FOUND);
}

static void
no_event_that_waits_has_the_contact_and_the_erasure_is_the_last(void **state)
{
	(void)state;
	suite_room(1);
	const struct book other = booked(GUEST, 5, 1);
	const struct book_erasure asked = erasure_of(booked(GUEST, 0, 3).id);
	struct book now;
	assert_ok(erase(&asked, &now));
	const size_t n = book_world.events(events, ARRAY_SIZE(events));
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		const struct book *book = &events[i].data.book;
		assert_int_equal(contact_is_empty(&book->contact), book->id == asked.id);
		if (book->id == other.id)
			assert_string_equal(book->contact.name, other.contact.name);
	}
	assert_int_equal(events[n - 1].type, EVENT_BOOK_ERASED);
	assert_int_equal(events[n - 1].sequence, now.version);
	assert_int_equal(events[n - 1].data.book.key_version, now.key_version);
	assert_int_equal(events[n - 1].data.book.status, BOOK_BOOKED);
}

static void
a_request_of_before_is_not_repeated_after_the_erasure(void **state)
{
	(void)state;
	struct book_hold hold = attempt_hold(1, GUEST, 0, 3);
	struct hold_result result;
	struct book book;
	suite_room(1);
	hold.key = attempt_key("k", 3);
	assert_ok(suite_hold(&hold, &result));
	suite_applied(result.book.id, BOOK_APPROVE);
	const struct book_erasure asked = erasure_of(result.book.id);
	assert_ok(erase(&asked, &book));
	assert_err(book_world.store.replay(book_world.store.self, &hold.key, &book),
	           ERR_KEY_REUSED);
	assert_err(suite_hold(&hold, &result), ERR_KEY_REUSED);
}

static struct book_step steps[8];
static size_t n_steps;

static void
step_keep(void *arg, const struct book_step *step)
{
	(void)arg;
	steps[n_steps++] = *step;
}

static void
the_timeline_says_that_the_contact_was_erased(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_erasure asked = erasure_of(booked(GUEST, 0, 3).id);
	struct book book;
	n_steps = 0;
	assert_ok(erase(&asked, &book));
	assert_ok(book_world.store.timeline(book_world.store.self, book.id, step_keep, NULL));
	assert_int_equal(n_steps, 3);
	assert_int_equal(steps[2].version, 3);
	assert_int_equal(steps[2].from, BOOK_BOOKED);
	assert_int_equal(steps[2].to, BOOK_BOOKED);
	assert_int_equal(steps[2].by.id, GUEST);
	assert_string_equal(steps[2].why, BOOK_WHY_ERASED);
	assert_string_equal(steps[2].request_id, "r-4");
}

static void
an_erased_booking_can_be_cancelled_and_not_be_claimed(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_erasure asked = erasure_of(booked(0, 0, 3).id);
	const struct book_claim claim = {.id = asked.id,
	                                 .claimant = {.account_id = GUEST, .email = "a@b.example"}};
	struct book book;
	assert_ok(erase(&asked, &book));
	assert_err(book_world.store.claim(book_world.store.self, &claim, &book), ERR_NOT_FOUND);
	book = suite_applied(asked.id, BOOK_CANCEL);
	assert_true(book.erased);
	assert_true(contact_is_empty(&book.contact));
	assert_ok(erase(&asked, &book));
	assert_int_equal(book.version, 4);
}

static size_t
erasable(uint64_t guest_id, day_t until, uint64_t ids[4])
{
	const struct erasable_query query = {.guest_id = guest_id, .until = until};
	size_t n = 9;
	assert_ok(book_world.store.erasable(book_world.store.self, &query, ids, 4, &n));
	return n;
}

static void
what_may_be_erased_of_an_account_is_all_but_stays_to_come_and_unpaid_bookings(void **state)
{
	(void)state;
	uint64_t ids[4] = {0};
	struct book book;
	suite_room(1);
	const uint64_t over = booked(GUEST, 0, 1).id, canceled = booked(GUEST, 20, 1).id;
	booked(GUEST, 10, 1);
	suite_held(1, GUEST, 2, 1);
	booked(GUEST + 1, 4, 1);
	suite_applied(canceled, BOOK_CANCEL);
	assert_int_equal(erasable(GUEST, ATTEMPT_DAY + 5, ids), 2);
	assert_int_equal(ids[0], over);
	assert_int_equal(ids[1], canceled);
	const struct book_erasure asked = erasure_of(over);
	assert_ok(erase(&asked, &book));
	assert_int_equal(erasable(GUEST, ATTEMPT_DAY + 5, ids), 1);
	assert_int_equal(ids[0], canceled);
	assert_int_equal(erasable(GUEST, ATTEMPT_DAY + 11, ids), 2);
}

static void
what_may_be_erased_by_its_age_is_what_ended_by_that_day_of_anybody(void **state)
{
	(void)state;
	uint64_t ids[4] = {0};
	suite_room(1);
	const uint64_t first = booked(GUEST, 0, 1).id, last = booked(0, 4, 1).id;
	const uint64_t canceled = booked(GUEST, 2, 1).id;
	booked(GUEST, 10, 1);
	suite_held(1, GUEST, 1, 1);
	suite_applied(canceled, BOOK_CANCEL);
	assert_int_equal(erasable(0, ATTEMPT_DAY + 5, ids), 3);
	assert_true(ids[0] == first || ids[1] == first || ids[2] == first);
	assert_true(ids[0] == last || ids[1] == last || ids[2] == last);
	assert_true(ids[0] == canceled || ids[1] == canceled || ids[2] == canceled);
	assert_int_equal(erasable(0, ATTEMPT_DAY + 1, ids), 1);
	assert_int_equal(ids[0], first);
	assert_int_equal(erasable(0, ATTEMPT_DAY, ids), 0);
}

static void
an_erasure_leaves_a_line_which_waits_until_it_is_forgotten(void **state)
{
	(void)state;
	suite_room(1);
	const struct book first = booked(GUEST, 0, 3), last = booked(GUEST, 5, 1);
	struct book_erasure asked = erasure_of(first.id);
	struct erased erased;
	assert_int_equal(waiting(8), 0);
	assert_true(was_erased_now(&asked));
	assert_false(was_erased_now(&asked));
	asked.id = last.id;
	assert_true(was_erased_now(&asked));
	assert_int_equal(waiting(1), 1);
	assert_int_equal(waiting(8), 2);
	assert_ok(erased_read(notes[0].line, &erased));
	assert_int_equal(erased.kind, ERASED_BOOK);
	assert_string_equal(erased.reference, first.reference);
	const uint64_t gone[] = {notes[0].id, notes[0].id + 1000};
	assert_ok(book_world.erased.forget(book_world.erased.self, gone, 2));
	assert_int_equal(waiting(8), 1);
	assert_ok(erased_read(notes[0].line, &erased));
	assert_string_equal(erased.reference, last.reference);
}

static void
what_is_erased_again_is_found_by_its_reference_whatever_its_status(void **state)
{
	(void)state;
	suite_room(1);
	const struct book to_come = booked(GUEST, 0, 3), unpaid = suite_held(1, GUEST, 5, 1);
	struct book_erasure asked = erasure_of(0);
	struct book now;
	asked.again = true;
	asked.today = to_come.stay.start - 10;
	memcpy(asked.reference, to_come.reference, sizeof(asked.reference));
	assert_ok(erase(&asked, &now));
	assert_int_equal(now.id, to_come.id);
	assert_int_equal(now.status, BOOK_BOOKED);
	assert_true(now.erased && contact_is_empty(&now.contact));
	memcpy(asked.reference, unpaid.reference, sizeof(asked.reference));
	assert_true(was_erased_now(&asked));
	assert_false(was_erased_now(&asked));
	memcpy(asked.reference, "ZZZZZZZZ", sizeof(asked.reference));
	assert_err(erase(&asked, &now), ERR_NOT_FOUND);
	assert_int_equal(waiting(8), 0); /* they are in the list */
}

static void
a_payment_on_its_way_keeps_its_token_until_it_is_decided(void **state)
{
	(void)state;
	suite_room(1);
	const struct book unpaid = suite_held(1, GUEST, 5, 1);
	const struct book_erasure asked = {.id = unpaid.id, .again = true};
	assert_true(was_erased_now(&asked));
	assert_true(book_world.has_token(unpaid.id));
	suite_applied(unpaid.id, BOOK_DEFER);
	assert_true(book_world.has_token(unpaid.id));
	suite_applied(unpaid.id, BOOK_APPROVE);
	assert_false(book_world.has_token(unpaid.id));
}

static const struct CMUnitTest tests[] = {
	BOOK_TEST(an_erasure_leaves_a_line_which_waits_until_it_is_forgotten),
	BOOK_TEST(what_is_erased_again_is_found_by_its_reference_whatever_its_status),
	BOOK_TEST(a_payment_on_its_way_keeps_its_token_until_it_is_decided),
	BOOK_TEST(an_erased_booking_keeps_all_but_who_its_guest_is),
	BOOK_TEST(a_booking_that_is_erased_stays_as_it_is),
	BOOK_TEST(a_booking_whose_guest_may_still_come_or_pay_is_not_erased),
	BOOK_TEST(the_key_from_before_opens_nothing),
	BOOK_TEST(no_event_that_waits_has_the_contact_and_the_erasure_is_the_last),
	BOOK_TEST(a_request_of_before_is_not_repeated_after_the_erasure),
	BOOK_TEST(the_timeline_says_that_the_contact_was_erased),
	BOOK_TEST(an_erased_booking_can_be_cancelled_and_not_be_claimed),
	BOOK_TEST(what_may_be_erased_of_an_account_is_all_but_stays_to_come_and_unpaid_bookings),
	BOOK_TEST(what_may_be_erased_by_its_age_is_what_ended_by_that_day_of_anybody),
};

int
book_suite_erase(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
