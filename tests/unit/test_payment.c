/* SPDX-License-Identifier: MIT */
/* Payments: their life, and the use case of paying on fakes. */
#include "tests/unit/test.h"

#include "adapters/acquirer/simulated_acquirer.h"
#include "app/pay/payment.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/fakes/payment_fake.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The table of docs/states.md: every pair that is not here has no effect. */
static const struct {
	enum payment_status from;
	enum payment_action action;
	enum payment_status to;
} arrows[] = {
	{PAY_NONE, PAYMENT_APPROVE, PAY_APPROVED},
	{PAY_NONE, PAYMENT_DECLINE, PAY_DECLINED},
	{PAY_NONE, PAYMENT_REVOKE, PAY_VOIDED},
	{PAY_APPROVED, PAYMENT_REVOKE, PAY_CANCELED},
};

static void
every_pair_of_status_and_action_leads_where_the_table_says(void **state)
{
	(void)state;
	for (int from = 0; from <= PAYMENT_STATUS_MAX; from++)
		for (int action = 0; action < PAYMENT_ACTION_MAX; action++) {
			int expected = from;
			for (size_t i = 0; i < ARRAY_SIZE(arrows); i++)
				if ((int)arrows[i].from == from && (int)arrows[i].action == action)
					expected = (int)arrows[i].to;
			assert_int_equal(payment_next((enum payment_status)from,
			                              (enum payment_action)action),
			                 expected);
		}
}

static void
only_the_end_of_a_booking_revokes_its_payment(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPE_MAX; type++)
		assert_int_equal(event_revokes_payment((enum event_type)type),
		                 type == EVENT_BOOK_REJECTED || type == EVENT_BOOK_EXPIRED ||
		                         type == EVENT_BOOK_CANCELED);
}

static void
an_order_fits_its_own_amount_and_any_tombstone(void **state)
{
	(void)state;
	const struct payment_order order = {.price = 4500, .currency = "KRW"};
	struct payment payment = payment_of_order(&order);
	assert_true(payment_fits_order(&payment, &order));
	payment.price = 4501;
	assert_false(payment_fits_order(&payment, &order));
	payment.price = 4500;
	strcpy(payment.currency, "EUR");
	assert_false(payment_fits_order(&payment, &order));
	payment.status = PAY_VOIDED;
	assert_true(payment_fits_order(&payment, &order));
}

static void
a_payment_is_of_an_order_from_before_the_claim_and_of_one_from_after_it(void **state)
{
	(void)state;
	struct payment_order order = {.book_id = 17, .room_id = 3, .host_id = 7, .guest_id = 0};
	struct payment payment = payment_of_order(&order);
	const struct holder holder = {.book_id = 17, .guest_id = 42, .key_version = 2};
	assert_true(payment_is_of_order(&payment, &order));
	order.guest_id = 42; /* the booking was claimed, and pay does not know it yet */
	assert_true(payment_is_of_order(&payment, &order));
	assert_true(payment_follow(&payment, &holder));
	assert_int_equal(payment.guest_id, 42);
	order.guest_id = 0; /* asked before the claim, answered after it */
	assert_true(payment_is_of_order(&payment, &order));
	order.guest_id = 43;
	assert_false(payment_is_of_order(&payment, &order));
	assert_false(payment_follow(&payment, &holder));
}

struct paying {
	struct app app;
	struct simulated_acquirer acquirer_options;
	struct acquirer acquirer;
	struct payment_fake store;
	struct payment_store payments;
	struct payment_result result;
	struct faults faults;
};

static int
paying_open(void **state)
{
	struct paying *p = calloc(1, sizeof(*p));
	if (!p)
		return -1;
	p->acquirer_options =
		(struct simulated_acquirer){.demo = true, .hang_ms = 1, .stop_fd = -1};
	p->acquirer = simulated_acquirer(&p->acquirer_options);
	p->payments = payment_fake_port(&p->store);
	p->app = (struct app){.acquirer = &p->acquirer, .payments = &p->payments};
	*state = p;
	return 0;
}

static int
paying_close(void **state)
{
	free(*state);
	return 0;
}

static enum err
order(struct paying *p, money_t price, const char *token)
{
	struct payment_order order = {
		.book_id = 17, .room_id = 1, .price = price, .currency = "KRW", .stay = {1, 2}};
	struct origin origin = {.request_id = "r"};
	strcpy(order.token, token);
	p->faults = (struct faults){0};
	return payment_decide(&p->app, &order, &origin, &p->faults, &p->result);
}

static void
an_approved_payment_is_returned_to_every_later_order(void **state)
{
	struct paying *p = *state;
	assert_ok(order(p, 4500, "tok_ok"));
	assert_true(p->result.first);
	assert_int_equal(p->result.payment.status, PAY_APPROVED);
	assert_ok(order(p, 4500, "tok_decline"));
	assert_false(p->result.first);
	assert_int_equal(p->result.payment.status, PAY_APPROVED);
}

static void
another_amount_is_a_fault_and_changes_nothing(void **state)
{
	struct paying *p = *state;
	assert_ok(order(p, 4500, ""));
	assert_err(order(p, 4501, ""), ERR_INVALID);
	assert_string_equal(p->faults.list[0].pointer, "/price");
	assert_ok(order(p, 4500, ""));
	assert_int_equal(p->result.payment.price, 4500);
}

static void
a_declined_payment_stays_declined(void **state)
{
	struct paying *p = *state;
	assert_ok(order(p, 4500, "tok_decline"));
	assert_int_equal(p->result.payment.status, PAY_DECLINED);
	assert_ok(order(p, 4500, "tok_ok"));
	assert_int_equal(p->result.payment.status, PAY_DECLINED);
}

static void
an_acquirer_that_fails_decides_nothing(void **state)
{
	struct paying *p = *state;
	assert_err(order(p, 4500, "tok_error"), ERR_SYSTEM);
	assert_ok(order(p, 4500, "tok_ok"));
	assert_true(p->result.first);
	assert_ok(order(p, 4500, "tok_error"));
}

static void
nobody_waits_for_an_acquirer_that_hangs_when_the_program_is_to_end(void **state)
{
	struct paying *p = *state;
	const int64_t begin = monotonic_ms();
	p->acquirer_options.hang_ms = 60000;
	p->acquirer_options.stop_fd = eventfd(1, EFD_CLOEXEC);
	assert_err(order(p, 4500, "tok_hang"), ERR_TIMEOUT);
	assert_true(monotonic_ms() - begin < 30000);
	assert_ok(order(p, 4500, "tok_hang"));
	close(p->acquirer_options.stop_fd);
}

static void
an_acquirer_that_hangs_does_not_answer_the_first_order_only(void **state)
{
	struct paying *p = *state;
	assert_err(order(p, 4500, "tok_hang"), ERR_TIMEOUT);
	assert_ok(order(p, 4500, "tok_hang"));
	assert_false(p->result.first);
	assert_int_equal(p->result.payment.status, PAY_APPROVED);
}

static void
an_accepted_token_is_decided_by_the_simulated_acquirer(void **state)
{
	struct paying *p = *state;
	static const struct {
		const char *token;
		enum payment_action decision;
	} decisions[] = {{"", PAYMENT_APPROVE},
	                 {"tok_ok", PAYMENT_APPROVE},
	                 {"tok_decline", PAYMENT_DECLINE},
	                 {"tok_slow", PAYMENT_APPROVE},
	                 {"tok_hang", PAYMENT_APPROVE}};
	for (size_t i = 0; i < ARRAY_SIZE(decisions); i++) {
		struct payment_order asked = {.price = 1};
		enum payment_action decision;
		strcpy(asked.token, decisions[i].token);
		assert_ok(p->acquirer.decide(p->acquirer.self, &asked, &decision));
		assert_int_equal(decision, decisions[i].decision);
	}
}

static void
an_order_after_the_tombstone_gets_the_tombstone(void **state)
{
	struct paying *p = *state;
	struct event *event = calloc(1, sizeof(*event));
	assert_non_null(event);
	event->type = EVENT_BOOK_EXPIRED;
	event->data.book = (struct book){.id = 17,
	                                 .room_id = 1,
	                                 .price = 4500,
	                                 .currency = "KRW",
	                                 .stay = {1, 2},
	                                 .status = BOOK_EXPIRED,
	                                 .version = 3};
	assert_ok(p->payments.bookings_apply(p->payments.self, event, 1));
	free(event);
	assert_ok(order(p, 4500, "tok_ok"));
	assert_int_equal(p->result.payment.status, PAY_VOIDED);
	assert_false(p->result.first);
}

static void
without_demo_mode_test_tokens_are_faults(void **state)
{
	struct paying *p = *state;
	static const char *const tokens[] = {"tok_decline", "tok_slow", "tok_error", "tok_hang"};
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		p->acquirer_options.demo = true;
		assert_true(p->acquirer.accepts(p->acquirer.self, tokens[i]));
		p->acquirer_options.demo = false;
		assert_err(order(p, 4500, tokens[i]), ERR_INVALID);
		assert_string_equal(p->faults.list[0].code, "token.unknown");
	}
	assert_false(p->acquirer.accepts(p->acquirer.self, "tok_free"));
	assert_true(p->acquirer.accepts(p->acquirer.self, ""));
	assert_ok(order(p, 4500, "tok_ok"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, paying_open, paying_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_status_and_action_leads_where_the_table_says),
		cmocka_unit_test(only_the_end_of_a_booking_revokes_its_payment),
		cmocka_unit_test(
			a_payment_is_of_an_order_from_before_the_claim_and_of_one_from_after_it),
		cmocka_unit_test(an_order_fits_its_own_amount_and_any_tombstone),
		T(an_approved_payment_is_returned_to_every_later_order),
		T(another_amount_is_a_fault_and_changes_nothing),
		T(a_declined_payment_stays_declined),
		T(an_acquirer_that_fails_decides_nothing),
		T(an_acquirer_that_hangs_does_not_answer_the_first_order_only),
		T(nobody_waits_for_an_acquirer_that_hangs_when_the_program_is_to_end),
		T(an_accepted_token_is_decided_by_the_simulated_acquirer),
		T(an_order_after_the_tombstone_gets_the_tombstone),
		T(without_demo_mode_test_tokens_are_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
