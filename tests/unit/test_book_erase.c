/* SPDX-License-Identifier: MIT */
/* Contacts of bookings are erased: of an account that goes, and some days after the stay; on fakes. */
#include "tests/unit/booking.h"

#include "app/purge.h"

#include <string.h>

static const struct origin origin = {.caller = {.roles = ROLE_SERVICE}, .request_id = "r"};

static uint64_t
booked(struct booking *b, int later, uint64_t guest_id)
{
	struct book_place_request attempt = booking_attempt();
	attempt.origin.caller =
		(struct caller){.id = guest_id, .roles = ROLE_GUEST, .proven = true};
	attempt.stay.start += later * 5;
	attempt.stay.end += later * 5;
	strcpy(attempt.contact.name, "Kim");
	strcpy(attempt.contact.email, "kim@example.com");
	assert_ok(booking_place(b, &attempt));
	return b->result.book.id;
}

static instant_t the_day;

static instant_t
now_of_test(void)
{
	return the_day;
}

/* The day on which the stay of a booking ends, and so many days later. */
static void
days_after(struct booking *b, uint64_t id, int days)
{
	the_day = (instant_t)(booking_book(b, id)->stay.end + days) * 86400000 + 43200000;
	b->app.now = now_of_test;
}

static void
every_booking_of_the_account_is_erased_but_stays_to_come(void **state)
{
	struct booking *b = *state;
	const uint64_t over = booked(b, 0, GUEST), other = booked(b, 1, GUEST + 1),
		       to_come = booked(b, 9, GUEST);
	size_t n;
	bool more;
	days_after(b, other, 0);
	assert_ok(book_erase_of_account(&b->app, GUEST, &origin, &n, &more));
	assert_int_equal(n, 1);
	assert_false(more);
	assert_true(booking_book(b, over)->erased);
	assert_false(booking_book(b, other)->erased);
	assert_string_equal(booking_book(b, to_come)->contact.name, "Kim");
	const struct book_fake_row *row = &b->store.books[over - 1];
	assert_int_equal(row->steps[row->n_steps - 1].by.id, GUEST);
	assert_int_equal(row->steps[row->n_steps - 1].by.roles, ROLE_GUEST);
	assert_ok(book_erase_of_account(&b->app, GUEST, &origin, &n, &more));
	assert_int_equal(n, 0);
}

static void
number_0_is_no_account(void **state)
{
	struct booking *b = *state;
	size_t n;
	bool more;
	assert_err(book_erase_of_account(&b->app, 0, &origin, &n, &more), ERR_INVALID);
}

static void
contacts_are_erased_the_days_of_the_setting_after_the_stay(void **state)
{
	struct booking *b = *state;
	const uint64_t id = booked(b, 0, GUEST);
	size_t n;
	bool more;
	b->settings.contact_days = 30;
	days_after(b, id, 29);
	assert_ok(book_erase_old(&b->app, &n, &more));
	assert_int_equal(n, 0);
	days_after(b, id, 30);
	assert_ok(book_erase_old(&b->app, &n, &more));
	assert_int_equal(n, 1);
	assert_true(booking_book(b, id)->erased);
	const struct book_fake_row *row = &b->store.books[id - 1];
	assert_int_equal(row->steps[row->n_steps - 1].by.roles, 0);
}

static void
without_the_setting_contacts_are_kept(void **state)
{
	struct booking *b = *state;
	const uint64_t id = booked(b, 0, GUEST);
	size_t n;
	bool more;
	days_after(b, id, 3650);
	assert_ok(book_erase_old(&b->app, &n, &more));
	assert_int_equal(n, 0);
	assert_false(booking_book(b, id)->erased);
}

static void
what_cannot_be_erased_now_is_an_error(void **state)
{
	struct booking *b = *state;
	size_t n;
	bool more;
	b->store.fails = ERR_UNAVAILABLE;
	b->settings.contact_days = 1;
	assert_err(book_erase_of_account(&b->app, GUEST, &origin, &n, &more), ERR_UNAVAILABLE);
	assert_err(book_erase_old(&b->app, &n, &more), ERR_UNAVAILABLE);
}

/* ---- in a restored backup ---- */

struct seen {
	size_t n, n_done;
	uint64_t last;
};

static enum err
see(void *arg, const struct book *book, bool done)
{
	struct seen *seen = arg;
	assert_true(book->erased && contact_is_empty(&book->contact));
	seen->n++;
	seen->n_done += done;
	seen->last = book->id;
	return OK;
}

static void
a_booking_of_the_list_is_erased_again_also_if_its_stay_is_to_come(void **state)
{
	struct booking *b = *state;
	const uint64_t id = booked(b, 0, GUEST), other = booked(b, 1, GUEST);
	struct erased erased = {.kind = ERASED_BOOK};
	struct book book;
	bool done;
	memcpy(erased.reference, booking_book(b, id)->reference, sizeof(erased.reference));
	assert_ok(book_erase_again(&b->app, &erased, &origin, &book, &done));
	assert_true(done);
	assert_int_equal(book.id, id);
	assert_ok(book_erase_again(&b->app, &erased, &origin, &book, &done));
	assert_false(done);
	assert_true(booking_book(b, id)->erased);
	assert_false(booking_book(b, other)->erased);
	assert_int_equal(b->store.erased.n, 0); /* it is in the list */
	strcpy(erased.reference, "ZZZZZZZZ");
	assert_err(book_erase_again(&b->app, &erased, &origin, &book, &done), ERR_NOT_FOUND);
}

static void
all_that_an_account_of_the_list_has_left_is_erased_and_listed(void **state)
{
	struct booking *b = *state;
	const uint64_t over = booked(b, 0, GUEST), to_come = booked(b, 9, GUEST),
		       other = booked(b, 1, GUEST + 1);
	struct seen seen = {.n = 0};
	struct book_erasures to = {.visit = see, .arg = &seen};
	days_after(b, over, 0);
	assert_ok(book_erase_left(&b->app, GUEST, &origin, &to));
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.n_done, 2);
	assert_int_equal(seen.last, to_come);
	assert_false(booking_book(b, other)->erased);
	assert_int_equal(b->store.erased.n, 2);
	assert_ok(book_erase_left(&b->app, GUEST, &origin, &to));
	assert_int_equal(seen.n, 2);
	assert_err(book_erase_left(&b->app, 0, &origin, &to), ERR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, booking_open, booking_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_booking_of_the_account_is_erased_but_stays_to_come),
		TEST(number_0_is_no_account),
		TEST(contacts_are_erased_the_days_of_the_setting_after_the_stay),
		TEST(without_the_setting_contacts_are_kept),
		TEST(what_cannot_be_erased_now_is_an_error),
		TEST(a_booking_of_the_list_is_erased_again_also_if_its_stay_is_to_come),
		TEST(all_that_an_account_of_the_list_has_left_is_erased_and_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
