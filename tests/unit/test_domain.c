/* SPDX-License-Identifier: MIT */
/* The rules of the business: states, stays, who may cancel, the acquirer, the breaker. */
#include "test.h"

#include "base/mem.h"
#include "domain/book/breaker.h"
#include "domain/event.h"

#include <string.h>

/* The drawing in docs/states.md as words: every pair that is not here is refused. */
static const struct {
	enum book_status from;
	enum book_action action;
	enum book_status to;
} arrows[] = {
	{BOOK_REQUESTED, BOOK_APPROVE, BOOK_BOOKED},
	{BOOK_REQUESTED, BOOK_DECLINE, BOOK_REJECTED},
	{BOOK_REQUESTED, BOOK_DEFER, BOOK_PAYMENT_PENDING},
	{BOOK_REQUESTED, BOOK_EXPIRE, BOOK_EXPIRED},
	{BOOK_REQUESTED, BOOK_CANCEL, BOOK_CANCELED},
	{BOOK_PAYMENT_PENDING, BOOK_APPROVE, BOOK_BOOKED},
	{BOOK_PAYMENT_PENDING, BOOK_DECLINE, BOOK_REJECTED},
	{BOOK_PAYMENT_PENDING, BOOK_EXPIRE, BOOK_EXPIRED},
	{BOOK_PAYMENT_PENDING, BOOK_CANCEL, BOOK_CANCELED},
	{BOOK_BOOKED, BOOK_CANCEL, BOOK_CANCELED},
};

static void
a_booking_goes_along_its_arrows_and_nowhere_else(void **state)
{
	(void)state;
	for (int from = 0; from < BOOK_STATUS_MAX; from++) {
		for (int action = 0; action < BOOK_ACTION_MAX; action++) {
			enum book_status next = BOOK_STATUS_MAX, expected = BOOK_STATUS_MAX;
			for (size_t i = 0; i < sizeof(arrows) / sizeof(arrows[0]); i++)
				if ((int)arrows[i].from == from && (int)arrows[i].action == action)
					expected = arrows[i].to;
			enum err err =
				book_next((enum book_status)from, (enum book_action)action, &next);
			assert_err(err, expected == BOOK_STATUS_MAX ? ERR_STATE_CONFLICT : OK);
			assert_int_equal(next, expected);
		}
	}
}

static void
every_state_that_holds_nights_can_still_be_cancelled_and_no_other(void **state)
{
	(void)state;
	for (int status = 0; status < BOOK_STATUS_MAX; status++) {
		enum book_status next;
		bool can = book_next((enum book_status)status, BOOK_CANCEL, &next) == OK;
		assert_int_equal(can, book_holds_nights((enum book_status)status));
	}
}

static void
a_stay_is_moved_to_the_nearest_days_first(void **state)
{
	(void)state;
	struct stay_choice choice;
	const day_t starts[] = {100, 99, 101, 102, 103};
	stay_choose_near((struct stay){100, 103}, 3, 99, 103, &choice);
	assert_int_equal(choice.n, ARRAY_SIZE(starts));
	for (size_t i = 0; i < choice.n; i++) {
		assert_int_equal(choice.stays[i].start, starts[i]);
		assert_int_equal(choice.stays[i].end, starts[i] + 3);
	}
	stay_choose_near((struct stay){100, 103}, STAY_FLEXIBLE_MAX, 0, 1000, &choice);
	assert_int_equal(choice.n, 2 * STAY_FLEXIBLE_MAX + 1);
}

static void
a_range_has_every_stay_of_so_many_nights(void **state)
{
	(void)state;
	struct stay_choice choice;
	stay_choose_within((struct stay){100, 105}, 3, 1000, &choice);
	assert_int_equal(choice.n, 3);
	assert_int_equal(choice.stays[0].start, 100);
	assert_int_equal(choice.stays[2].end, 105);
	stay_choose_within((struct stay){100, 105}, 3, 101, &choice);
	assert_int_equal(choice.n, 2);
	stay_choose_within((struct stay){100, 105}, 6, 1000, &choice);
	assert_int_equal(choice.n, 0);
	stay_choose_within((struct stay){100, 100 + STAY_RANGE_MAX}, 1, 1000, &choice);
	assert_int_equal(choice.n, STAY_CHOICES_MAX);
}

static void
stays_that_touch_share_no_night(void **state)
{
	(void)state;
	assert_true(stay_overlaps((struct stay){1, 3}, (struct stay){2, 4}));
	assert_true(stay_overlaps((struct stay){1, 9}, (struct stay){4, 5}));
	assert_false(stay_overlaps((struct stay){1, 3}, (struct stay){3, 4}));
	assert_false(stay_overlaps((struct stay){3, 4}, (struct stay){1, 3}));
}

static const char *
first_code(struct stay stay, bool past_allowed, struct faults *faults)
{
	*faults = (struct faults){0};
	stay_check(stay, 20000, past_allowed, faults);
	return faults->n ? faults->list[0].code : "fine";
}

static void
a_stay_is_one_to_thirty_nights_between_today_and_a_year_ahead(void **state)
{
	(void)state;
	struct faults f;
	assert_string_equal(first_code((struct stay){20000, 20001}, false, &f), "fine");
	assert_string_equal(first_code((struct stay){20000, 20030}, false, &f), "fine");
	assert_string_equal(first_code((struct stay){20000, 20031}, false, &f), "stay.length");
	assert_string_equal(first_code((struct stay){20000, 20000}, false, &f), "date.order");
	assert_string_equal(first_code((struct stay){20002, 20001}, false, &f), "date.order");
	assert_string_equal(first_code((struct stay){19999, 20001}, false, &f), "date.past");
	assert_string_equal(first_code((struct stay){19999, 20001}, true, &f), "fine");
	assert_string_equal(first_code((struct stay){20365, 20366}, false, &f), "fine");
	assert_string_equal(first_code((struct stay){20366, 20367}, false, &f), "date.far");
}

static void
all_faults_of_a_stay_are_told(void **state)
{
	(void)state;
	struct faults f;
	first_code((struct stay){19000, 18000}, false, &f);
	assert_int_equal(f.n, 2);
	assert_string_equal(f.list[0].pointer, "/endDate");
	assert_string_equal(f.list[1].pointer, "/startDate");
}

static void
a_guest_may_cancel_until_the_day_of_arrival_begins_and_the_host_always(void **state)
{
	(void)state;
	struct book book = {.guest_id = 7, .host_id = 8, .stay = {100, 103}};
	struct caller guest = {.id = 7, .roles = ROLE_GUEST}, host = {.id = 8, .roles = ROLE_HOST};
	assert_true(book_cancel_in_time(&book, &guest, 99));
	assert_false(book_cancel_in_time(&book, &guest, 100));
	assert_true(book_cancel_in_time(&book, &host, 102));

	/* a stay that was past when it was booked; and one that was not */
	book.created_at = INT64_C(101) * 86400000;
	assert_true(book_cancel_in_time(&book, &guest, 102));
	book.created_at = INT64_C(100) * 86400000;
	assert_false(book_cancel_in_time(&book, &guest, 102));
}

static void
a_booking_belongs_to_its_guest_and_its_host_in_their_own_roles(void **state)
{
	(void)state;
	struct book book = {.guest_id = 7, .host_id = 8};
	assert_true(book_belongs_to(&book, &(struct caller){.id = 7, .roles = ROLE_GUEST}));
	assert_true(book_belongs_to(&book, &(struct caller){.id = 8, .roles = ROLE_HOST}));
	assert_false(book_belongs_to(&book, &(struct caller){.id = 7, .roles = ROLE_HOST}));
	assert_false(book_belongs_to(&book, &(struct caller){.id = 8, .roles = ROLE_GUEST}));
	assert_false(book_belongs_to(&book, &(struct caller){.id = 7, .roles = 0}));
}

static void
a_reference_has_eight_signs_that_nobody_mistakes(void **state)
{
	(void)state;
	char reference[REFERENCE_SIZE];
	for (int i = 0; i < 256; i += 8) {
		unsigned char random[8];
		for (int j = 0; j < 8; j++)
			random[j] = (unsigned char)(i + j);
		book_reference(random, reference);
		assert_int_equal(strlen(reference), 8);
		assert_null(strpbrk(reference, "01ILO"));
	}
}

static void
the_routing_key_of_an_event_begins_with_its_exchange(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		const struct event_kind *kind = &event_kinds[type];
		assert_int_equal(strncmp(kind->routing_key, kind->exchange, strlen(kind->exchange)),
		                 0);
	}
}

static void
only_a_request_and_a_tombstone_are_not_told(void **state)
{
	(void)state;
	enum event_type type;
	for (int status = 0; status < BOOK_STATUS_MAX; status++)
		assert_int_equal(event_of_book((enum book_status)status, &type),
		                 status != BOOK_REQUESTED);
	for (int status = 0; status < PAYMENT_STATUS_MAX; status++)
		assert_int_equal(event_of_payment((enum payment_status)status, &type),
		                 status != PAY_VOIDED);
}

/* ---- breaker ---- */

static const struct breaker_limits limits = {.failures = 3, .open_ms = 1000, .lease_ms = 200};

static void
fail_times(struct breaker *breaker, int times, int64_t now)
{
	for (int i = 0; i < times; i++)
		breaker_report(breaker, &limits, BREAKER_PERMITTED, false, now);
}

static void
a_breaker_opens_after_enough_failures_in_a_row(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 2, 0);
	breaker_report(&b, &limits, BREAKER_PERMITTED, true, 0);
	fail_times(&b, 2, 0);
	assert_int_equal(breaker_permit_call(&b, &limits, 0), BREAKER_PERMITTED);
	fail_times(&b, 1, 0);
	assert_int_equal(breaker_permit_call(&b, &limits, 0), BREAKER_REFUSED);
	assert_int_equal(b.opened, 1);
	assert_int_equal(b.refused, 1);
}

static void
an_open_breaker_lets_one_probe_through_and_closes_on_its_success(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 3, 0);
	assert_int_equal(breaker_permit_call(&b, &limits, 999), BREAKER_REFUSED);
	assert_int_equal(breaker_permit_call(&b, &limits, 1000), BREAKER_PROBE);
	assert_int_equal(breaker_permit_call(&b, &limits, 1001), BREAKER_REFUSED);
	breaker_report(&b, &limits, BREAKER_PROBE, true, 1002);
	assert_int_equal(breaker_permit_call(&b, &limits, 1003), BREAKER_PERMITTED);
}

static void
a_failed_probe_opens_it_again(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 3, 0);
	assert_int_equal(breaker_permit_call(&b, &limits, 1000), BREAKER_PROBE);
	breaker_report(&b, &limits, BREAKER_PROBE, false, 1100);
	assert_int_equal(breaker_permit_call(&b, &limits, 2099), BREAKER_REFUSED);
	assert_int_equal(breaker_permit_call(&b, &limits, 2100), BREAKER_PROBE);
}

static void
a_prober_that_died_is_replaced_when_its_lease_runs_out(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 3, 0);
	assert_int_equal(breaker_permit_call(&b, &limits, 1000), BREAKER_PROBE);
	assert_int_equal(breaker_permit_call(&b, &limits, 1199), BREAKER_REFUSED);
	assert_int_equal(breaker_permit_call(&b, &limits, 1200), BREAKER_PROBE);
}

static void
calls_from_before_it_opened_teach_it_nothing(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 3, 0);
	breaker_report(&b, &limits, BREAKER_PERMITTED, true, 10);
	assert_int_equal(b.state, BREAKER_OPEN);
	fail_times(&b, 3, 500);
	assert_int_equal(breaker_permit_call(&b, &limits, 1000), BREAKER_PROBE);
	breaker_report(&b, &limits, BREAKER_PERMITTED, false, 1001);
	assert_int_equal(b.state, BREAKER_HALF_OPEN);
}

static void
a_breaker_closes_when_the_other_side_answered_somebody_else(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 2, 0);
	breaker_recover(&b, 1);
	fail_times(&b, 2, 2);
	assert_int_equal(breaker_permit_call(&b, &limits, 3), BREAKER_PERMITTED);
	fail_times(&b, 1, 4);
	assert_true(breaker_refuses(&b, 5));
	breaker_recover(&b, 6);
	assert_int_equal(breaker_permit_call(&b, &limits, 7), BREAKER_PERMITTED);
	assert_int_equal(b.since_ms, 6);
	breaker_force(&b, 8);
	breaker_recover(&b, 9);
	assert_true(breaker_refuses(&b, 10));
}

static void
a_breaker_whose_open_time_is_over_shows_as_half_open(void **state)
{
	(void)state;
	struct breaker b = {0};
	assert_int_equal(breaker_state_now(&b, 0), BREAKER_CLOSED);
	fail_times(&b, 3, 0);
	assert_int_equal(breaker_state_now(&b, 999), BREAKER_OPEN);
	assert_int_equal(breaker_state_now(&b, 1000), BREAKER_HALF_OPEN);
	assert_int_equal(breaker_permit_call(&b, &limits, 1000), BREAKER_PROBE);
	assert_int_equal(breaker_state_now(&b, 1001), BREAKER_HALF_OPEN);
	breaker_force(&b, 1002);
	assert_int_equal(breaker_state_now(&b, 99999), BREAKER_FORCED);
}

static void
a_forced_breaker_lets_nothing_through_until_it_is_closed(void **state)
{
	(void)state;
	struct breaker b = {0};
	breaker_force(&b, 5);
	assert_int_equal(b.since_ms, 5);
	for (int64_t now = 5; now < 100000; now += 100) {
		assert_true(breaker_refuses(&b, now));
		assert_int_equal(breaker_permit_call(&b, &limits, now), BREAKER_REFUSED);
	}
	assert_int_equal(b.opened, 0);
	breaker_reset(&b, 100000);
	assert_int_equal(breaker_permit_call(&b, &limits, 100000), BREAKER_PERMITTED);
}

static void
a_forced_breaker_learns_nothing_of_calls_that_were_under_way(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 3, 0);
	assert_int_equal(breaker_permit_call(&b, &limits, 1000), BREAKER_PROBE);
	breaker_force(&b, 1001);
	breaker_report(&b, &limits, BREAKER_PROBE, true, 1002);
	breaker_report(&b, &limits, BREAKER_PROBE, false, 1003);
	breaker_report(&b, &limits, BREAKER_PERMITTED, true, 1004);
	assert_int_equal(b.state, BREAKER_FORCED);
	assert_int_equal(b.since_ms, 1001);
}

static void
closing_a_breaker_forgets_its_failures(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 2, 0);
	breaker_reset(&b, 1);
	fail_times(&b, 2, 2);
	assert_int_equal(breaker_permit_call(&b, &limits, 3), BREAKER_PERMITTED);
	fail_times(&b, 1, 4);
	breaker_reset(&b, 5);
	assert_int_equal(breaker_permit_call(&b, &limits, 5), BREAKER_PERMITTED);
}

static void
a_breaker_is_open_since_it_opened_however_often_it_was_probed(void **state)
{
	(void)state;
	struct breaker b = {0};
	fail_times(&b, 3, 7);
	assert_int_equal(breaker_permit_call(&b, &limits, 2000), BREAKER_PROBE);
	breaker_report(&b, &limits, BREAKER_PROBE, false, 2100);
	assert_int_equal(b.since_ms, 7);
	assert_int_equal(breaker_permit_call(&b, &limits, 4000), BREAKER_PROBE);
	breaker_report(&b, &limits, BREAKER_PROBE, true, 4100);
	assert_int_equal(b.since_ms, 4100);
}

static void
everything_is_mailed_to_the_verified_e_mail_of_the_account_and_to_whom_is_believed(void **state)
{
	(void)state;
	static const char own[] = "mina@example.com";
	const struct contact contact = {.email = "mina@example.com"}, none = {.email = ""};
	const struct {
		const struct contact *contact;
		struct caller caller;
		const char *verified;
		enum contact_mailing mailing;
	} cases[] = {
		{&contact, {.id = 42, .proven = true}, own, MAILING_ALL},
		{&contact, {.id = 42, .proven = true}, "Mina@example.com", MAILING_FEW},
		{&contact, {.id = 42, .proven = true}, "", MAILING_FEW},
		{&contact, {.id = 0, .proven = true}, "", MAILING_FEW},
		{&contact, {.id = 0, .proven = true}, own, MAILING_FEW},
		{&none, {.id = 0, .proven = true}, "", MAILING_ALL},
		{&contact, {.id = 42, .proven = false}, "", MAILING_ALL},
		{&contact, {.id = 0, .proven = false}, "", MAILING_ALL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(
			contact_mailing(cases[i].contact, &cases[i].caller, cases[i].verified),
			cases[i].mailing);
	assert_int_equal(contact_mailing_within(MAILING_FEW, MAILINGS_DAY_MAX - 1), MAILING_FEW);
	assert_int_equal(contact_mailing_within(MAILING_FEW, MAILINGS_DAY_MAX), MAILING_NONE);
	assert_int_equal(contact_mailing_within(MAILING_ALL, 1000), MAILING_ALL);
}

static void
whatever_unpaid_holds_are_counted_by_has_the_limit(void **state)
{
	(void)state;
	const struct unpaid_counts below = {1, 1, 1, 1}, at[] = {{.of_guest = 2},
	                                                         {.of_client = 2},
	                                                         {.of_email = 2},
	                                                         {.of_phone = 2}};
	assert_false(book_guest_limit_reached(&below, 2));
	for (size_t i = 0; i < ARRAY_SIZE(at); i++)
		assert_true(book_guest_limit_reached(&at[i], 2));
	assert_int_equal(book_count_lock("a"), book_count_lock("a"));
	assert_int_not_equal(book_count_lock("a"), book_count_lock("b"));
	assert_true(book_count_lock("a") > INT64_MAX); /* no account has it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_booking_goes_along_its_arrows_and_nowhere_else),
		cmocka_unit_test(every_state_that_holds_nights_can_still_be_cancelled_and_no_other),
		cmocka_unit_test(a_stay_is_moved_to_the_nearest_days_first),
		cmocka_unit_test(a_range_has_every_stay_of_so_many_nights),
		cmocka_unit_test(stays_that_touch_share_no_night),
		cmocka_unit_test(a_stay_is_one_to_thirty_nights_between_today_and_a_year_ahead),
		cmocka_unit_test(all_faults_of_a_stay_are_told),
		cmocka_unit_test(
			a_guest_may_cancel_until_the_day_of_arrival_begins_and_the_host_always),
		cmocka_unit_test(a_booking_belongs_to_its_guest_and_its_host_in_their_own_roles),
		cmocka_unit_test(
			everything_is_mailed_to_the_verified_e_mail_of_the_account_and_to_whom_is_believed),
		cmocka_unit_test(whatever_unpaid_holds_are_counted_by_has_the_limit),
		cmocka_unit_test(a_reference_has_eight_signs_that_nobody_mistakes),
		cmocka_unit_test(the_routing_key_of_an_event_begins_with_its_exchange),
		cmocka_unit_test(only_a_request_and_a_tombstone_are_not_told),
		cmocka_unit_test(a_breaker_opens_after_enough_failures_in_a_row),
		cmocka_unit_test(an_open_breaker_lets_one_probe_through_and_closes_on_its_success),
		cmocka_unit_test(a_failed_probe_opens_it_again),
		cmocka_unit_test(a_prober_that_died_is_replaced_when_its_lease_runs_out),
		cmocka_unit_test(calls_from_before_it_opened_teach_it_nothing),
		cmocka_unit_test(a_breaker_closes_when_the_other_side_answered_somebody_else),
		cmocka_unit_test(a_breaker_whose_open_time_is_over_shows_as_half_open),
		cmocka_unit_test(a_forced_breaker_lets_nothing_through_until_it_is_closed),
		cmocka_unit_test(a_forced_breaker_learns_nothing_of_calls_that_were_under_way),
		cmocka_unit_test(closing_a_breaker_forgets_its_failures),
		cmocka_unit_test(a_breaker_is_open_since_it_opened_however_often_it_was_probed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
