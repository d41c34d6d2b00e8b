/* SPDX-License-Identifier: MIT */
/* payment_suite - the contract of every payment_store. */
#include "tests/contract/payment_suite_parts.h"

#include "base/mem.h"

#include <string.h>

struct payment_world world;
struct event published[16];

const struct origin origin = {
	.caller = {.roles = ROLE_SERVICE}, .request_id = "r-9", .traceparent = "00-ab-cd-01"};

int
empty(void **state)
{
	(void)state;
	world.empty();
	return 0;
}

struct payment_order
payment_suite_order(uint64_t book_id)
{
	const struct event event = life_book(book_id, 1, BOOK_BOOKED);
	return (struct payment_order){.book_id = book_id,
	                              .room_id = LIFE_ROOM,
	                              .host_id = LIFE_HOST,
	                              .guest_id = LIFE_GUEST,
	                              .price = 4500,
	                              .currency = "KRW",
	                              .stay = event.data.book.stay,
	                              .token = "tok_ok"};
}

struct payment
decided(uint64_t book_id, enum payment_action action, bool is_first)
{
	const struct payment_order order = payment_suite_order(book_id);
	struct payment payment;
	bool first;
	assert_ok(world.store.decide(world.store.self, &order, action, &origin, &payment, &first));
	assert_int_equal(first, is_first);
	return payment;
}

void
revoke(uint64_t book_id, enum book_status status)
{
	const struct event event = life_book(book_id, 2, status);
	assert_ok(world.store.bookings_apply(world.store.self, &event, 1));
}

struct payment
payment_of(uint64_t book_id)
{
	struct payment payment;
	assert_ok(world.store.of_book(world.store.self, book_id, &payment));
	return payment;
}

size_t
events(void)
{
	return world.events(published, ARRAY_SIZE(published));
}

/* ---- deciding ---- */

static void
the_first_outcome_is_final(void **state)
{
	(void)state;
	const struct payment first = decided(17, PAYMENT_APPROVE, true);
	const struct payment again = decided(17, PAYMENT_DECLINE, false);
	assert_int_equal(again.id, first.id);
	assert_int_equal(again.status, PAY_APPROVED);
	assert_int_equal(again.version, 1);
	assert_int_equal(decided(18, PAYMENT_DECLINE, true).status, PAY_DECLINED);
	assert_int_equal(decided(18, PAYMENT_APPROVE, false).status, PAY_DECLINED);
	assert_int_equal(events(), 2);
}

static void
a_payment_has_the_values_of_its_order(void **state)
{
	(void)state;
	const struct payment_order order = payment_suite_order(17);
	const struct payment made = decided(17, PAYMENT_APPROVE, true);
	struct payment found;
	assert_ok(world.store.find(world.store.self, made.id, NULL, &found));
	assert_int_equal(found.book_id, 17);
	assert_int_equal(found.room_id, order.room_id);
	assert_int_equal(found.host_id, order.host_id);
	assert_int_equal(found.guest_id, order.guest_id);
	assert_int_equal(found.price, 4500);
	assert_string_equal(found.currency, "KRW");
	assert_int_equal(found.stay.start, order.stay.start);
	assert_int_equal(found.stay.end, order.stay.end);
	assert_int_equal(found.status, PAY_APPROVED);
	assert_int_equal(found.created_at, made.created_at);
	assert_int_equal(found.updated_at, made.created_at);
}

static void
a_decision_is_published_once_with_the_whole_payment(void **state)
{
	(void)state;
	const struct payment made = decided(17, PAYMENT_APPROVE, true);
	decided(17, PAYMENT_APPROVE, false);
	assert_int_equal(events(), 1);
	assert_int_equal(published[0].type, EVENT_PAYMENT_APPROVED);
	assert_int_equal(published[0].sequence, 1);
	assert_int_equal(published[0].correlation_id, 17);
	assert_int_equal(published[0].data.payment.id, made.id);
	assert_int_equal(published[0].data.payment.price, 4500);
	assert_string_equal(published[0].request_id, "r-9");
	decided(18, PAYMENT_DECLINE, true);
	assert_int_equal(events(), 2);
	assert_int_equal(published[1].type, EVENT_PAYMENT_DECLINED);
}

static void
another_amount_for_the_same_booking_is_refused(void **state)
{
	(void)state;
	struct payment_order order = payment_suite_order(17);
	struct payment payment;
	bool first;
	decided(17, PAYMENT_APPROVE, true);
	order.price = 4501;
	assert_err(world.store.decide(world.store.self, &order, PAYMENT_APPROVE, &origin, &payment,
	                              &first),
	           ERR_INVALID);
	order.price = 4500;
	memcpy(order.currency, "EUR", sizeof(order.currency));
	assert_err(world.store.decide(world.store.self, &order, PAYMENT_APPROVE, &origin, &payment,
	                              &first),
	           ERR_INVALID);
	assert_int_equal(payment_of(17).price, 4500);
	assert_int_equal(events(), 1);
}

/* ---- revoking ---- */

static void
an_approved_payment_is_cancelled_once_when_its_booking_ends(void **state)
{
	(void)state;
	const struct event event = life_book(17, 3, BOOK_CANCELED);
	decided(17, PAYMENT_APPROVE, true);
	assert_ok(world.store.bookings_apply(world.store.self, &event, 1));
	assert_ok(world.store.bookings_apply(world.store.self, &event, 1));
	const struct payment now = payment_of(17);
	assert_int_equal(now.status, PAY_CANCELED);
	assert_int_equal(now.version, 2);
	assert_int_equal(events(), 2);
	assert_int_equal(published[1].type, EVENT_PAYMENT_CANCELED);
	assert_int_equal(published[1].sequence, 2);
	assert_int_equal(published[1].data.payment.status, PAY_CANCELED);
	assert_string_equal(published[1].causation_id, event.id);
	assert_int_equal(decided(17, PAYMENT_APPROVE, false).status, PAY_CANCELED);
}

static void
a_booking_that_ended_unpaid_is_never_paid(void **state)
{
	(void)state;
	static const enum book_status ends[] = {BOOK_CANCELED, BOOK_EXPIRED, BOOK_REJECTED};
	for (uint64_t i = 0; i < ARRAY_SIZE(ends); i++) {
		revoke(20 + i, ends[i]);
		assert_int_equal(payment_of(20 + i).status, PAY_VOIDED);
		assert_int_equal(decided(20 + i, PAYMENT_APPROVE, false).status, PAY_VOIDED);
	}
	assert_int_equal(events(), 0);
}

static void
revoking_does_not_change_a_declined_payment(void **state)
{
	(void)state;
	decided(17, PAYMENT_DECLINE, true);
	revoke(17, BOOK_REJECTED);
	assert_int_equal(payment_of(17).status, PAY_DECLINED);
	assert_int_equal(payment_of(17).version, 1);
	assert_int_equal(events(), 1);
}

static void
a_booking_that_has_not_ended_revokes_nothing(void **state)
{
	(void)state;
	decided(17, PAYMENT_APPROVE, true);
	revoke(17, BOOK_BOOKED);
	revoke(18, BOOK_PAYMENT_PENDING);
	assert_int_equal(payment_of(17).status, PAY_APPROVED);
	struct payment none;
	assert_err(world.store.of_book(world.store.self, 18, &none), ERR_NOT_FOUND);
}

static void
the_payments_of_many_bookings_are_revoked_together(void **state)
{
	(void)state;
	const struct event ends[] = {
		life_book(19, 2, BOOK_EXPIRED), life_book(17, 3, BOOK_CANCELED),
		life_book(18, 2, BOOK_REJECTED), life_book(17, 3, BOOK_CANCELED)};
	decided(17, PAYMENT_APPROVE, true);
	assert_ok(world.store.bookings_apply(world.store.self, ends, ARRAY_SIZE(ends)));
	assert_int_equal(payment_of(17).status, PAY_CANCELED);
	assert_int_equal(payment_of(18).status, PAY_VOIDED);
	assert_int_equal(payment_of(19).status, PAY_VOIDED);
	assert_ok(world.store.bookings_apply(world.store.self, NULL, 0));
}

/* ---- reading ---- */

static void
only_its_guest_and_its_host_find_a_payment(void **state)
{
	(void)state;
	const struct {
		struct caller caller;
		enum err err;
	} cases[] = {
		{{.id = LIFE_GUEST, .roles = ROLE_GUEST}, OK},
		{{.id = LIFE_HOST, .roles = ROLE_HOST}, OK},
		{{.id = LIFE_GUEST, .roles = ROLE_HOST}, ERR_NOT_FOUND},
		{{.id = LIFE_HOST, .roles = ROLE_GUEST}, ERR_NOT_FOUND},
	};
	const uint64_t id = decided(17, PAYMENT_APPROVE, true).id;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct payment payment;
		assert_err(world.store.find(world.store.self, id, &cases[i].caller, &payment),
		           cases[i].err);
	}
}

static void
note(void *arg, const struct payment *payment)
{
	uint64_t *ids = arg;
	assert_true(ids[0] < 8);
	ids[++ids[0]] = payment->id;
}

static void
tombstones_are_not_shown(void **state)
{
	(void)state;
	uint64_t total = 9, ids[9] = {0};
	struct payment payment;
	struct payment_list list = {.caller = {.id = LIFE_GUEST, .roles = ROLE_GUEST},
	                            .status = PAYMENT_STATUS_MAX,
	                            .paging = {.size = 10}};
	revoke(17, BOOK_EXPIRED);
	const uint64_t id = payment_of(17).id;
	assert_err(world.store.find(world.store.self, id, &list.caller, &payment), ERR_NOT_FOUND);
	assert_ok(world.store.list(world.store.self, &list, note, ids, &total));
	assert_int_equal(total, 0);
	assert_int_equal(ids[0], 0);
}

static void
a_list_has_the_callers_own_payments_sorted_and_paged_and_filtered_by_booking(void **state)
{
	(void)state;
	uint64_t total = 0, ids[9] = {0}, of_book[9] = {0}, of_host[9] = {0};
	const uint64_t a = decided(17, PAYMENT_APPROVE, true).id;
	const uint64_t b = decided(18, PAYMENT_APPROVE, true).id;
	const uint64_t c = decided(19, PAYMENT_DECLINE, true).id;
	struct payment_list list = {
		.status = PAYMENT_STATUS_MAX,
		.caller = {.id = LIFE_GUEST, .roles = ROLE_GUEST},
		.paging = {.size = 2, .sort = PAYMENT_SORT_ID, .descending = true}};
	assert_ok(world.store.list(world.store.self, &list, note, ids, &total));
	list.paging.page = 1;
	assert_ok(world.store.list(world.store.self, &list, note, ids, &total));
	assert_int_equal(total, 3);
	assert_int_equal(ids[0], 3);
	assert_int_equal(ids[1], c);
	assert_int_equal(ids[2], b);
	assert_int_equal(ids[3], a);
	list.paging.page = 0;
	list.filter.book_id = 18;
	assert_ok(world.store.list(world.store.self, &list, note, of_book, &total));
	assert_int_equal(total, 1);
	assert_int_equal(of_book[1], b);
	list.status = PAY_DECLINED;
	assert_ok(world.store.list(world.store.self, &list, note, of_book, &total));
	assert_int_equal(total, 0);
	list.filter.book_id = 0;
	assert_ok(world.store.list(world.store.self, &list, note, of_book, &total));
	assert_int_equal(total, 1);
	list.caller = (struct caller){.id = LIFE_GUEST, .roles = ROLE_HOST};
	assert_ok(world.store.list(world.store.self, &list, note, of_host, &total));
	assert_int_equal(total, 0);
}

static void
a_snapshot_has_every_published_payment_in_the_order_of_ids(void **state)
{
	(void)state;
	uint64_t ids[9] = {0};
	const uint64_t a = decided(17, PAYMENT_APPROVE, true).id;
	revoke(18, BOOK_EXPIRED); /* a tombstone is not published */
	const uint64_t b = decided(19, PAYMENT_DECLINE, true).id;
	const uint64_t c = decided(20, PAYMENT_APPROVE, true).id;
	for (struct keyset_page page = {.size = 2}; page.after < c; page.after = ids[ids[0]])
		assert_ok(world.store.snapshot(world.store.self, &page, note, ids));
	const struct keyset_page end = {.after = c, .size = 2};
	assert_ok(world.store.snapshot(world.store.self, &end, note, ids));
	assert_int_equal(ids[0], 3);
	assert_int_equal(ids[1], a);
	assert_int_equal(ids[2], b);
	assert_int_equal(ids[3], c);
}

int
payment_suite_run(const char *where, const struct payment_world *tested)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_first_outcome_is_final),
		TEST(a_payment_has_the_values_of_its_order),
		TEST(a_decision_is_published_once_with_the_whole_payment),
		TEST(another_amount_for_the_same_booking_is_refused),
		TEST(an_approved_payment_is_cancelled_once_when_its_booking_ends),
		TEST(a_booking_that_ended_unpaid_is_never_paid),
		TEST(revoking_does_not_change_a_declined_payment),
		TEST(a_booking_that_has_not_ended_revokes_nothing),
		TEST(the_payments_of_many_bookings_are_revoked_together),
		TEST(only_its_guest_and_its_host_find_a_payment),
		TEST(tombstones_are_not_shown),
		TEST(a_list_has_the_callers_own_payments_sorted_and_paged_and_filtered_by_booking),
		TEST(a_snapshot_has_every_published_payment_in_the_order_of_ids),
	};
	world = *tested;
	int failed = cmocka_run_group_tests_name(where, tests, NULL, NULL);
	failed += payment_suite_claims(where);
	return failed;
}
