/* SPDX-License-Identifier: MIT */
/* delivery_suite_claim - the delivery suite: claiming, outcomes, asking again. */
#include "base/mem.h"
#include "tests/contract/delivery_suite_parts.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <string.h>

static void
a_claimed_destination_is_not_claimed_again_until_its_lease_expires(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	delivery_world.pass(SUITE_LEASE_S + 1);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_int_equal(suite_jobs[0].attempts, 2);
}

static void
the_outcome_of_an_expired_claim_changes_nothing(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	struct delivery_job lost = suite_jobs[0];
	lost.body = NULL;
	delivery_world.pass(SUITE_LEASE_S + 1);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&lost,
	                    (struct delivery_outcome){.state = DELIVERY_FAILED, .counted = true});
	struct notification notification = suite_last_of(LIFE_GUEST);
	assert_int_equal(suite_by(&notification, CHANNEL_EMAIL)->state, DELIVERY_WAITING);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	notification = suite_last_of(LIFE_GUEST);
	assert_int_equal(suite_by(&notification, CHANNEL_EMAIL)->state, DELIVERY_DELIVERED);
}

static void
an_expired_claim_does_not_release_the_next_one(void **state)
{
	(void)state;
	suite_choose(LIFE_GUEST, "", SUITE_HOOK);
	for (uint64_t id = 17; id < 20; id++) {
		const struct event event = suite_booked(id, "");
		suite_create(&event, ROLE_GUEST);
	}
	assert_int_equal(suite_claim_some(CHANNEL_WEBHOOK, 1), 1);
	const struct delivery_batch expired = suite_batch;
	delivery_world.pass(SUITE_LEASE_S + 1);
	assert_int_equal(suite_claim_some(CHANNEL_WEBHOOK, 1), 1);
	assert_ok(delivery_world.deliveries.release(delivery_world.deliveries.self, &expired, false,
	                                            0));
	assert_int_equal(suite_claim_some(CHANNEL_WEBHOOK, 1), 0);
}

static void
a_delivered_mail_is_not_delivered_again(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	suite_create(&event, ROLE_GUEST);
	delivery_world.pass(100000);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	struct notification notification = suite_last_of(LIFE_GUEST);
	const struct delivery *mail = suite_by(&notification, CHANNEL_EMAIL);
	assert_int_equal(mail->state, DELIVERY_DELIVERED);
	assert_int_equal(mail->attempts, 1);
	assert_true(mail->delivered_at > INT64_C(1600000000000));
	assert_int_equal(mail->next_at, 0);
	assert_string_equal(mail->reason, "");
}

static void
a_failed_attempt_is_repeated_after_its_pause(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], suite_later);
	suite_release(false, 0);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	struct notification notification = suite_last_of(LIFE_GUEST);
	const struct delivery *mail = suite_by(&notification, CHANNEL_EMAIL);
	assert_int_equal(mail->state, DELIVERY_WAITING);
	assert_int_equal(mail->attempts, 1);
	assert_string_equal(mail->reason, "http-500");
	assert_true(mail->next_at > INT64_C(1600000000000));
	delivery_world.pass(11);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_int_equal(suite_jobs[0].attempts, 2);
	assert_true(suite_jobs[0].age_s >= 10);
}

static void
a_claim_without_an_attempt_is_not_counted(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], (struct delivery_outcome){.state = DELIVERY_WAITING});
	suite_release(true, 0);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_int_equal(suite_jobs[0].attempts, 1);
	assert_int_equal(suite_batch.failures, 1);
}

static void
an_unreachable_destination_delays_no_other(void **state)
{
	(void)state;
	const struct event first = suite_booked(17, ""), second = suite_booked(18, "");
	suite_choose(LIFE_HOST, "", "http://dead.example.com/x");
	suite_create(&first, ROLE_HOST);
	suite_create(&second, ROLE_HOST);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 2);
	suite_store_outcome(&suite_jobs[0], (struct delivery_outcome){.state = DELIVERY_WAITING});
	suite_store_outcome(&suite_jobs[1], (struct delivery_outcome){.state = DELIVERY_WAITING});
	suite_release(true, 30000);
	suite_choose(LIFE_HOST, "", "http://well.example.com/x");
	const struct event third = suite_booked(19, "");
	suite_create(&third, ROLE_HOST);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 1);
	assert_string_equal(suite_batch.destination, "http://well.example.com");
	assert_int_equal(suite_batch.failures, 0);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 0);
	delivery_world.pass(31);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 2);
	assert_int_equal(suite_batch.failures, 1);
	suite_release(false, 0);
}

static void
destinations_take_turns(void **state)
{
	(void)state;
	static const char *const urls[] = {"http://a.example.com/", "http://b.example.com/"};
	for (uint64_t i = 0; i < 2; i++) {
		suite_choose(LIFE_HOST, "", urls[i]);
		for (uint64_t k = 0; k < 2; k++) {
			const struct event event = suite_booked(20 + 2 * i + k, "");
			suite_create(&event, ROLE_HOST);
		}
	}
	char served[4][DESTINATION_SIZE];
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(suite_claim_some(CHANNEL_WEBHOOK, 1), 1);
		memcpy(served[i], suite_batch.destination, DESTINATION_SIZE);
		suite_store_outcome(&suite_jobs[0], suite_delivered);
		suite_release(false, 5);
		delivery_world.pass(1);
	}
	assert_string_not_equal(served[0], served[1]);
	assert_string_equal(served[0], served[2]);
	assert_string_equal(served[1], served[3]);
}

static void
a_claim_takes_at_most_the_requested_number(void **state)
{
	(void)state;
	suite_choose(LIFE_HOST, "", SUITE_HOOK);
	for (uint64_t i = 0; i < SUITE_JOBS + 2; i++) {
		const struct event event = suite_booked(30 + i, "");
		suite_create(&event, ROLE_HOST);
	}
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), SUITE_JOBS);
	for (size_t i = 0; i < SUITE_JOBS; i++)
		suite_store_outcome(&suite_jobs[i], suite_delivered);
	suite_release(false, 0);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 2);
}

static void
the_backlog_counts_waiting_and_failed_deliveries(void **state)
{
	(void)state;
	struct delivery_backlog backlog;
	assert_ok(delivery_world.deliveries.backlog(delivery_world.deliveries.self, &backlog));
	assert_int_equal(backlog.oldest[CHANNEL_EMAIL], 0);
	assert_int_equal(backlog.oldest[CHANNEL_WEBHOOK], 0);
	const struct event event = suite_booked(17, "guest@example.com");
	suite_choose(LIFE_HOST, "", SUITE_HOOK);
	suite_create(&event, ROLE_GUEST);
	suite_create(&event, ROLE_HOST);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 1);
	suite_store_outcome(&suite_jobs[0], (struct delivery_outcome){.state = DELIVERY_FAILED,
	                                                              .counted = true,
	                                                              .reason = "http-410"});
	assert_ok(delivery_world.deliveries.backlog(delivery_world.deliveries.self, &backlog));
	assert_int_equal(backlog.waiting[CHANNEL_EMAIL], 1);
	assert_int_equal(backlog.waiting[CHANNEL_WEBHOOK], 0);
	assert_int_equal(backlog.failed[CHANNEL_EMAIL], 0);
	assert_int_equal(backlog.failed[CHANNEL_WEBHOOK], 1);
	assert_true(backlog.oldest[CHANNEL_EMAIL] > INT64_C(1600000000000));
	assert_int_equal(backlog.oldest[CHANNEL_WEBHOOK], 0);
}

/* ---- asking again ---- */

static void
a_delivered_mail_is_sent_again_when_its_recipient_asks(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	const uint64_t id = suite_last_of(LIFE_GUEST).id;
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_int_equal(suite_jobs[0].copies, 0);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	suite_choose(LIFE_GUEST, "new@example.com", "");
	assert_err(suite_again(id, LIFE_HOST, CHANNEL_EMAIL), ERR_NOT_FOUND);
	assert_err(suite_again(id + 1, LIFE_GUEST, CHANNEL_EMAIL), ERR_NOT_FOUND);
	assert_ok(suite_again(id, LIFE_GUEST, CHANNEL_EMAIL));
	struct notification notification = suite_last_of(LIFE_GUEST);
	assert_int_equal(notification.n_deliveries, 3);
	assert_int_equal(suite_by(&notification, CHANNEL_EMAIL)->state, DELIVERY_WAITING);
	assert_int_equal(suite_by(&notification, CHANNEL_EMAIL)->delivered_at, 0);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 1);
	assert_string_equal(suite_jobs[0].target, "guest@example.com");
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_string_equal(suite_jobs[0].target, "new@example.com");
	assert_string_equal(suite_jobs[0].event.id, event.id);
	assert_int_equal(suite_jobs[0].copies, 1);
	assert_true(suite_jobs[0].since > INT64_C(1600000000000));
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	assert_err(suite_again(id, LIFE_GUEST, CHANNEL_EMAIL), ERR_TOO_MANY);
	delivery_world.pass(31);
	assert_ok(suite_again(id, LIFE_GUEST, CHANNEL_EMAIL));
}

static void
a_delivery_with_a_key_is_asked_for_once_and_in_the_state_that_is_demanded(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	const struct notification_store *store = &delivery_world.notifications;
	struct notification found;
	bool replayed;
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	const struct notification before = suite_last_of(LIFE_GUEST);
	struct redelivery_request asked = {.notification_id = before.id,
	                                   .recipient_id = LIFE_GUEST,
	                                   .channel = CHANNEL_EMAIL,
	                                   .rules = {.by_email = true},
	                                   .pause_s = 30,
	                                   .key = {.key = "k"}};
	asked.condition = IF_NONE_MATCH(notification_tag(&before));
	assert_err(store->again(store->self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	asked.condition = IF_MATCH(notification_tag(&before));
	assert_ok(store->again(store->self, &asked, &found, &replayed));
	assert_false(replayed);
	assert_ok(store->again(store->self, &asked, &found, &replayed));
	assert_true(replayed);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	assert_ok(store->again(store->self, &asked, &found, &replayed));
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	asked.key.fingerprint[0] = 1;
	assert_err(store->again(store->self, &asked, &found, &replayed), ERR_KEY_REUSED);
}

static void
a_delivery_by_a_new_channel_is_added_once_it_has_a_target(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "");
	suite_create(&event, ROLE_GUEST);
	const uint64_t id = suite_last_of(LIFE_GUEST).id;
	assert_err(suite_again(id, LIFE_GUEST, CHANNEL_WEBHOOK), ERR_INVALID);
	assert_err(suite_again(id, LIFE_GUEST, CHANNEL_EMAIL), ERR_INVALID);
	suite_choose(LIFE_GUEST, "", SUITE_HOOK);
	assert_ok(suite_again(id, LIFE_GUEST, CHANNEL_WEBHOOK));
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 1);
	assert_string_equal(suite_jobs[0].target, SUITE_HOOK);
}

static void
asking_hurries_a_waiting_delivery_and_leaves_a_leased_one_alone(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	const uint64_t id = suite_last_of(LIFE_GUEST).id;
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_ok(suite_again(id, LIFE_GUEST, CHANNEL_EMAIL));
	suite_store_outcome(&suite_jobs[0], suite_later);
	suite_release(false, 0);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	assert_ok(suite_again(id, LIFE_GUEST, CHANNEL_EMAIL));
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_int_equal(suite_jobs[0].attempts, 2);
	assert_int_equal(suite_jobs[0].copies, 0);
}

static const struct CMUnitTest tests[] = {
	DELIVERY_TEST(a_claimed_destination_is_not_claimed_again_until_its_lease_expires),
	DELIVERY_TEST(the_outcome_of_an_expired_claim_changes_nothing),
	DELIVERY_TEST(an_expired_claim_does_not_release_the_next_one),
	DELIVERY_TEST(a_delivered_mail_is_not_delivered_again),
	DELIVERY_TEST(a_failed_attempt_is_repeated_after_its_pause),
	DELIVERY_TEST(a_claim_without_an_attempt_is_not_counted),
	DELIVERY_TEST(an_unreachable_destination_delays_no_other),
	DELIVERY_TEST(destinations_take_turns),
	DELIVERY_TEST(a_claim_takes_at_most_the_requested_number),
	DELIVERY_TEST(the_backlog_counts_waiting_and_failed_deliveries),
	DELIVERY_TEST(a_delivered_mail_is_sent_again_when_its_recipient_asks),
	DELIVERY_TEST(a_delivery_with_a_key_is_asked_for_once_and_in_the_state_that_is_demanded),
	DELIVERY_TEST(a_delivery_by_a_new_channel_is_added_once_it_has_a_target),
	DELIVERY_TEST(asking_hurries_a_waiting_delivery_and_leaves_a_leased_one_alone),
};

int
delivery_suite_claim(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
