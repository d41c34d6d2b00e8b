/* SPDX-License-Identifier: MIT */
/* payment_suite_claims - payments whose bookings are claimed or erased. */
#include "tests/contract/payment_suite_parts.h"

#include <string.h>

/* ---- claims ---- */

static void
claim(uint64_t book_id, uint64_t version, enum book_status status)
{
	const struct event event = life_claim(book_id, version, status);
	assert_ok(world.store.bookings_apply(world.store.self, &event, 1));
}

static void
belongs_to_the_claimer(const struct payment *payment, uint64_t version)
{
	const struct caller claimer = {.id = LIFE_CLAIMER, .roles = ROLE_GUEST};
	const struct caller old_key = {.roles = ROLE_KEY_HOLDER,
	                               .key_book_id = payment->book_id,
	                               .key_version = BOOK_KEY_FIRST};
	struct payment found;
	assert_int_equal(payment->guest_id, LIFE_CLAIMER);
	assert_int_equal(payment->key_version, BOOK_KEY_FIRST + 1);
	assert_int_equal(payment->version, version);
	assert_ok(world.store.find(world.store.self, payment->id, &claimer, &found));
	assert_err(world.store.find(world.store.self, payment->id, &old_key, &found),
	           ERR_NOT_FOUND);
}

static void
a_payment_follows_its_booking_to_the_account_that_claims_it_once(void **state)
{
	(void)state;
	decided(17, PAYMENT_APPROVE, true);
	claim(17, 3, BOOK_BOOKED);
	claim(17, 3, BOOK_BOOKED);
	const struct payment now = payment_of(17);
	belongs_to_the_claimer(&now, 2);
	assert_int_equal(now.status, PAY_APPROVED);
	assert_int_equal(events(), 2);
	assert_int_equal(published[1].type, EVENT_PAYMENT_CLAIMED);
	assert_int_equal(published[1].sequence, 2);
	assert_int_equal(published[1].data.payment.guest_id, LIFE_CLAIMER);
	assert_int_equal(published[1].data.payment.status, PAY_APPROVED);
}

static void
count(void *arg, const struct payment *payment)
{
	(void)payment;
	++*(uint64_t *)arg;
}

static void
with_an_account_and_the_key_a_list_has_the_payment_before_and_after_the_claim(void **state)
{
	(void)state;
	uint64_t total = 9, n = 0;
	struct payment_list list = {.caller = {.id = LIFE_CLAIMER,
	                                       .roles = ROLE_GUEST | ROLE_KEY_HOLDER,
	                                       .key_book_id = 17,
	                                       .key_version = BOOK_KEY_FIRST},
	                            .filter = {.book_id = 17},
	                            .status = PAYMENT_STATUS_MAX,
	                            .paging = {.size = 5}};
	decided(17, PAYMENT_APPROVE, true);
	assert_ok(world.store.list(world.store.self, &list, count, &n, &total));
	assert_int_equal(total, 1);
	claim(17, 3, BOOK_BOOKED);
	assert_ok(world.store.list(world.store.self, &list, count, &n, &total));
	assert_int_equal(total, 1);
	assert_int_equal(n, 2);
}

static void
a_payment_that_is_made_after_the_claim_is_the_accounts_from_the_beginning(void **state)
{
	(void)state;
	claim(17, 2, BOOK_PAYMENT_PENDING);
	decided(17, PAYMENT_APPROVE, true); /* by an order from before the claim */
	const struct payment now = payment_of(17);
	belongs_to_the_claimer(&now, 1);
	assert_int_equal(events(), 1);
	assert_int_equal(published[0].type, EVENT_PAYMENT_APPROVED);
	assert_int_equal(published[0].data.payment.guest_id, LIFE_CLAIMER);
}

static void
a_claim_that_comes_after_the_end_of_its_booking_changes_nothing_more(void **state)
{
	(void)state;
	struct event end = life_claim(17, 4, BOOK_CANCELED);
	end.type = EVENT_BOOK_CANCELED;
	decided(17, PAYMENT_APPROVE, true);
	assert_ok(world.store.bookings_apply(world.store.self, &end, 1));
	claim(17, 3, BOOK_BOOKED);
	const struct payment now = payment_of(17);
	belongs_to_the_claimer(&now, 2);
	assert_int_equal(now.status, PAY_CANCELED);
	assert_int_equal(events(), 2);
	assert_int_equal(published[1].type, EVENT_PAYMENT_CANCELED);
}

static void
an_end_that_comes_after_the_claim_revokes_the_payment(void **state)
{
	(void)state;
	struct event end = life_claim(17, 4, BOOK_CANCELED);
	end.type = EVENT_BOOK_CANCELED;
	decided(17, PAYMENT_APPROVE, true);
	claim(17, 3, BOOK_BOOKED);
	assert_ok(world.store.bookings_apply(world.store.self, &end, 1));
	const struct payment now = payment_of(17);
	belongs_to_the_claimer(&now, 3);
	assert_int_equal(now.status, PAY_CANCELED);
}

static void
an_end_from_before_the_claim_that_comes_after_it_leaves_the_payment_to_the_account(void **state)
{
	(void)state;
	decided(17, PAYMENT_APPROVE, true);
	claim(17, 4, BOOK_CANCELED);
	revoke(17, BOOK_CANCELED);
	const struct payment now = payment_of(17);
	belongs_to_the_claimer(&now, 3);
	assert_int_equal(now.status, PAY_CANCELED);
}

static void
a_claimed_booking_that_was_never_paid_has_no_payment(void **state)
{
	(void)state;
	struct payment none;
	claim(17, 3, BOOK_EXPIRED);
	assert_err(world.store.of_book(world.store.self, 17, &none), ERR_NOT_FOUND);
	assert_int_equal(events(), 0);
}

/* ---- erasures ---- */

static void
erase(uint64_t book_id)
{
	const struct event event = life_erasure(book_id, 3, BOOK_BOOKED);
	assert_ok(world.store.bookings_apply(world.store.self, &event, 1));
}

static void
the_payment_of_an_erased_booking_is_closed_to_its_key_and_is_no_news(void **state)
{
	(void)state;
	const struct caller old_key = {
		.roles = ROLE_KEY_HOLDER, .key_book_id = 17, .key_version = BOOK_KEY_FIRST};
	const struct caller guest = {.id = LIFE_GUEST, .roles = ROLE_GUEST};
	struct payment found;
	decided(17, PAYMENT_APPROVE, true);
	const struct payment before = payment_of(17);
	assert_ok(world.store.find(world.store.self, before.id, &old_key, &found));
	erase(17);
	erase(17);
	const struct payment now = payment_of(17);
	assert_int_equal(now.key_version, BOOK_KEY_FIRST + 1);
	assert_int_equal(now.status, PAY_APPROVED);
	assert_int_equal(now.price, before.price);
	assert_int_equal(now.version, before.version);
	assert_int_equal(events(), 1);
	assert_err(world.store.find(world.store.self, before.id, &old_key, &found), ERR_NOT_FOUND);
	assert_ok(world.store.find(world.store.self, before.id, &guest, &found));
}

static void
a_claim_that_comes_after_the_erasure_changes_nothing_more(void **state)
{
	(void)state;
	struct event erased = life_erasure(17, 4, BOOK_BOOKED);
	erased.data.book.guest_id = LIFE_CLAIMER;
	erased.data.book.key_version = BOOK_KEY_FIRST + 2;
	decided(17, PAYMENT_APPROVE, true);
	assert_ok(world.store.bookings_apply(world.store.self, &erased, 1));
	claim(17, 3, BOOK_BOOKED);
	const struct payment now = payment_of(17);
	assert_int_equal(now.guest_id, LIFE_CLAIMER);
	assert_int_equal(now.key_version, BOOK_KEY_FIRST + 2);
	assert_int_equal(events(), 2);
	assert_int_equal(published[1].type, EVENT_PAYMENT_CLAIMED);
}

int
payment_suite_claims(const char *where)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_payment_follows_its_booking_to_the_account_that_claims_it_once),
		TEST(with_an_account_and_the_key_a_list_has_the_payment_before_and_after_the_claim),
		TEST(a_payment_that_is_made_after_the_claim_is_the_accounts_from_the_beginning),
		TEST(a_claim_that_comes_after_the_end_of_its_booking_changes_nothing_more),
		TEST(an_end_that_comes_after_the_claim_revokes_the_payment),
		TEST(an_end_from_before_the_claim_that_comes_after_it_leaves_the_payment_to_the_account),
		TEST(a_claimed_booking_that_was_never_paid_has_no_payment),
		TEST(the_payment_of_an_erased_booking_is_closed_to_its_key_and_is_no_news),
		TEST(a_claim_that_comes_after_the_erasure_changes_nothing_more),
	};
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
