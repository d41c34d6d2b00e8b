/* SPDX-License-Identifier: MIT */
/* An account takes over bookings that were made without one; on fakes. */
#include "tests/unit/booking.h"

#include "base/clock.h"

#include <string.h>

#define ACCOUNT UINT64_C(1000000007)
#define EMAIL   "guest@example.com"

static struct book_claims claims;

/* A booking of nobody, with the e-mail, this many days from tomorrow. */
static struct book_place_request
attempt_of_nobody(int later)
{
	struct book_place_request attempt = booking_attempt();
	attempt.origin.caller = (struct caller){.roles = ROLE_GUEST, .proven = true};
	attempt.stay.start += later * 5;
	attempt.stay.end += later * 5;
	strcpy(attempt.contact.email, EMAIL);
	return attempt;
}

static uint64_t
booked_by_nobody(struct booking *b, int later)
{
	const struct book_place_request attempt = attempt_of_nobody(later);
	assert_ok(booking_place(b, &attempt));
	return b->result.book.id;
}

static struct book_claim
claim_by(uint64_t account_id, const char *email, uint64_t id)
{
	struct book_claim claim = {
		.id = id,
		.claimant = {.account_id = account_id},
		.origin = {.caller = {.id = account_id, .roles = ROLE_GUEST, .proven = true}}};
	strcpy(claim.claimant.email, email);
	return claim;
}

static enum err
claim(struct booking *b, uint64_t account_id, const char *email, uint64_t id)
{
	const struct book_claim request = claim_by(account_id, email, id);
	return book_claim(&b->app, &request, &b->result);
}

static void
an_account_claims_the_booking_with_its_verified_e_mail(void **state)
{
	struct booking *b = *state;
	const uint64_t id = booked_by_nobody(b, 0);
	assert_ok(claim(b, ACCOUNT, EMAIL, id));
	assert_int_equal(b->result.book.guest_id, ACCOUNT);
	assert_int_equal(b->result.book.status, BOOK_BOOKED);
	assert_ok(claim(b, ACCOUNT, EMAIL, id));
	assert_int_equal(booking_book(b, id)->version, 3);
}

static void
without_a_verified_e_mail_nothing_is_said_about_what_there_is(void **state)
{
	struct booking *b = *state;
	const uint64_t id = booked_by_nobody(b, 0);
	assert_err(claim(b, ACCOUNT, "", id), ERR_FORBIDDEN);
	assert_err(claim(b, ACCOUNT, "", id + 1), ERR_FORBIDDEN);
	assert_err(claim(b, ACCOUNT, "other@example.com", id), ERR_NOT_FOUND);
	assert_err(claim(b, ACCOUNT, "other@example.com", id + 1), ERR_NOT_FOUND);
	assert_err(claim(b, 0, EMAIL, id), ERR_UNAUTHORIZED);
	assert_int_equal(booking_book(b, id)->guest_id, 0);
}

static void
what_another_account_has_claimed_is_not_found(void **state)
{
	struct booking *b = *state;
	const uint64_t id = booked_by_nobody(b, 0);
	assert_ok(claim(b, ACCOUNT, EMAIL, id));
	assert_err(claim(b, ACCOUNT + 1, EMAIL, id), ERR_NOT_FOUND);
	assert_int_equal(booking_book(b, id)->guest_id, ACCOUNT);
}

static void
a_replayed_claim_says_so(void **state)
{
	struct booking *b = *state;
	struct book_claim request = claim_by(ACCOUNT, EMAIL, booked_by_nobody(b, 0));
	strcpy(request.key.key, "k");
	assert_ok(book_claim(&b->app, &request, &b->result));
	assert_false(b->result.replayed);
	assert_ok(book_claim(&b->app, &request, &b->result));
	assert_true(b->result.replayed);
	assert_int_equal(b->result.book.guest_id, ACCOUNT);
}

static void
all_bookings_with_the_e_mail_are_claimed_and_no_others(void **state)
{
	struct booking *b = *state;
	const struct claimant claimant = {.account_id = ACCOUNT, .email = EMAIL};
	const struct origin origin = {.caller = {.id = ACCOUNT, .roles = ROLE_GUEST}};
	struct book_place_request other = attempt_of_nobody(1);
	const uint64_t first = booked_by_nobody(b, 0), last = booked_by_nobody(b, 2);
	strcpy(other.contact.email, "other@example.com");
	assert_ok(booking_place(b, &other));
	assert_ok(book_claim_all(&b->app, &claimant, &origin, &claims));
	assert_int_equal(claims.n, 2);
	assert_false(claims.more);
	assert_int_equal(claims.books[0].id, first);
	assert_int_equal(claims.books[1].id, last);
	assert_int_equal(claims.books[1].guest_id, ACCOUNT);
	assert_int_equal(booking_book(b, b->result.book.id)->guest_id, 0);
	assert_ok(book_claim_all(&b->app, &claimant, &origin, &claims));
	assert_int_equal(claims.n, 0);
}

static void
claiming_all_takes_an_account_with_a_verified_e_mail(void **state)
{
	struct booking *b = *state;
	const struct origin origin = {.request_id = ""};
	struct claimant claimant = {.account_id = ACCOUNT};
	booked_by_nobody(b, 0);
	assert_err(book_claim_all(&b->app, &claimant, &origin, &claims), ERR_FORBIDDEN);
	claimant = (struct claimant){.email = EMAIL};
	assert_err(book_claim_all(&b->app, &claimant, &origin, &claims), ERR_UNAUTHORIZED);
	claimant.account_id = ACCOUNT;
	b->store.fails = ERR_UNAVAILABLE;
	assert_err(book_claim_all(&b->app, &claimant, &origin, &claims), ERR_UNAVAILABLE);
}

static void
an_anonymous_request_that_is_repeated_after_the_claim_shows_nothing_and_books_nothing(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = attempt_of_nobody(0);
	strcpy(attempt.key.key, "0123456789012345678901");
	assert_ok(booking_place(b, &attempt));
	assert_ok(claim(b, ACCOUNT, EMAIL, b->result.book.id));
	assert_err(booking_place(b, &attempt), ERR_STATE_CONFLICT);
	assert_int_equal(b->result.book.id, 0);
	assert_true(*b->result.detail);
	assert_int_equal(b->store.n_books, 1);
}

static void
a_cancellation_that_is_repeated_by_the_key_after_the_claim_shows_nothing(void **state)
{
	struct booking *b = *state;
	const uint64_t id = booked_by_nobody(b, 0);
	struct book_cancel_request request = {.id = id};
	request.origin.caller = (struct caller){.roles = ROLE_KEY_HOLDER,
	                                        .key_book_id = id,
	                                        .key_version = BOOK_KEY_FIRST,
	                                        .proven = true};
	strcpy(request.key.key, "cancel");
	assert_ok(book_cancel(&b->app, &request, &b->result));
	assert_ok(book_cancel(&b->app, &request, &b->result));
	assert_true(b->result.replayed);
	assert_ok(claim(b, ACCOUNT, EMAIL, id));
	assert_err(book_cancel(&b->app, &request, &b->result), ERR_NOT_FOUND);
	assert_int_equal(b->result.book.id, 0);
}

static void
a_payment_that_is_repeated_by_the_key_after_the_claim_shows_nothing(void **state)
{
	struct booking *b = *state;
	struct book_place_request attempt = attempt_of_nobody(0);
	struct book_pay_request request = {.id = 1, .deadline_ms = monotonic_ms() + 10000};
	b->clients.pay_says = ERR_UNKNOWN;
	assert_ok(booking_place(b, &attempt));
	b->clients.pay_says = OK;
	b->clients.breaker = (struct breaker){.state = BREAKER_CLOSED};
	request.origin.caller = (struct caller){.roles = ROLE_KEY_HOLDER,
	                                        .key_book_id = 1,
	                                        .key_version = BOOK_KEY_FIRST,
	                                        .proven = true};
	strcpy(request.key.key, "pay");
	assert_ok(book_pay(&b->app, &request, &b->faults, &b->result));
	assert_ok(book_pay(&b->app, &request, &b->faults, &b->result));
	assert_true(b->result.replayed);
	assert_ok(claim(b, ACCOUNT, EMAIL, 1));
	assert_err(book_pay(&b->app, &request, &b->faults, &b->result), ERR_NOT_FOUND);
	assert_int_equal(b->result.book.id, 0);
}

static void
a_booking_can_be_claimed_by_its_contacts_e_mail_bytewise(void **state)
{
	(void)state;
	struct book book = {.contact = {.email = EMAIL}};
	struct claimant claimant = {.account_id = ACCOUNT, .email = EMAIL};
	assert_true(book_is_claimable(&book, &claimant));
	strcpy(claimant.email, "Guest@example.com");
	assert_false(book_is_claimable(&book, &claimant));
	strcpy(claimant.email, EMAIL);
	claimant.account_id = 0;
	assert_false(book_is_claimable(&book, &claimant));
	claimant.account_id = ACCOUNT;
	book.guest_id = GUEST;
	assert_false(book_is_claimable(&book, &claimant));
	book = (struct book){.contact = {.email = ""}};
	claimant.email[0] = '\0';
	assert_false(book_is_claimable(&book, &claimant));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, booking_open, booking_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_account_claims_the_booking_with_its_verified_e_mail),
		TEST(without_a_verified_e_mail_nothing_is_said_about_what_there_is),
		TEST(what_another_account_has_claimed_is_not_found),
		TEST(a_replayed_claim_says_so),
		TEST(all_bookings_with_the_e_mail_are_claimed_and_no_others),
		TEST(claiming_all_takes_an_account_with_a_verified_e_mail),
		TEST(an_anonymous_request_that_is_repeated_after_the_claim_shows_nothing_and_books_nothing),
		TEST(a_cancellation_that_is_repeated_by_the_key_after_the_claim_shows_nothing),
		TEST(a_payment_that_is_repeated_by_the_key_after_the_claim_shows_nothing),
		TEST(a_booking_can_be_claimed_by_its_contacts_e_mail_bytewise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
