/* SPDX-License-Identifier: MIT */
/* delivery_suite_purge - the delivery suite: retention. */
#include "tests/contract/delivery_suite_parts.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#define OLD      INT64_C(1700000000000)
#define YOUNG    (OLD + 1000)
#define LONG_AGO INT64_C(1)
#define FAR_OFF  INT64_C(4000000000000)

static size_t
notifications_purged(instant_t before, size_t max)
{
	size_t n = 99;
	assert_ok(delivery_world.notifications.notifications_purge(
		delivery_world.notifications.self, before, max, &n));
	return n;
}

static size_t
deliveries_purged(instant_t before, size_t max)
{
	size_t n = 99;
	assert_ok(delivery_world.notifications.deliveries_purge(delivery_world.notifications.self,
	                                                        before, max, &n));
	return n;
}

static struct event
booked_at(uint64_t id, const char *contact, instant_t at)
{
	struct event event = suite_booked(id, contact);
	event.time = at;
	return event;
}

static void
a_purged_notification_is_not_created_again(void **state)
{
	(void)state;
	const struct event old = booked_at(17, "", OLD), young = booked_at(18, "", YOUNG);
	suite_create(&old, ROLE_GUEST);
	suite_create(&old, ROLE_HOST);
	suite_create(&young, ROLE_GUEST);
	assert_int_equal(notifications_purged(OLD, 10), 0);
	assert_int_equal(notifications_purged(YOUNG, 10), 2);
	assert_int_equal(suite_count_of(LIFE_GUEST), 1);
	assert_int_equal(suite_last_of(LIFE_GUEST).book_id, 18);
	assert_int_equal(notifications_purged(LONG_AGO, 10), 0);
	suite_create(&old, ROLE_GUEST);
	suite_create(&young, ROLE_GUEST);
	suite_create(&young, ROLE_HOST);
	assert_int_equal(suite_count_of(LIFE_GUEST), 1);
	assert_int_equal(suite_count_of(LIFE_HOST), 1);
}

static void
an_event_before_the_watermark_still_updates_the_contact(void **state)
{
	(void)state;
	const struct event old = booked_at(17, "guest@example.com", OLD);
	struct event paid = life_payment(17, 1, PAY_APPROVED);
	paid.time = YOUNG;
	assert_int_equal(notifications_purged(YOUNG, 10), 0);
	suite_create(&old, ROLE_GUEST);
	suite_create(&paid, ROLE_GUEST);
	assert_int_equal(suite_count_of(LIFE_GUEST), 1);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_string_equal(suite_jobs[0].target, "guest@example.com");
}

static void
notifications_are_purged_in_batches(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= 3; id++) {
		const struct event event = booked_at(id, "", OLD);
		suite_create(&event, ROLE_GUEST);
	}
	assert_int_equal(notifications_purged(YOUNG, 2), 2);
	assert_int_equal(notifications_purged(YOUNG, 2), 1);
	assert_int_equal(suite_count_of(LIFE_GUEST), 0);
}

static void
waiting_deliveries_are_not_purged(void **state)
{
	(void)state;
	const struct event event = booked_at(17, "guest@example.com", OLD);
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(deliveries_purged(FAR_OFF, 10), 0);
	assert_int_equal(notifications_purged(FAR_OFF, 10), 0);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_non_null(suite_jobs[0].body);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	assert_int_equal(notifications_purged(FAR_OFF, 10), 1);
	assert_int_equal(suite_count_of(LIFE_GUEST), 0);
	assert_err(suite_again(suite_jobs[0].notification_id, LIFE_GUEST, CHANNEL_EMAIL),
	           ERR_NOT_FOUND);
}

static void
ended_deliveries_are_purged_together_with_their_event(void **state)
{
	(void)state;
	const struct event first = booked_at(17, "guest@example.com", OLD);
	const struct event second = booked_at(18, "guest@example.com", OLD);
	suite_create(&first, ROLE_GUEST);
	suite_create(&second, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], (struct delivery_outcome){.state = DELIVERY_FAILED,
	                                                              .counted = true,
	                                                              .reason = "smtp-550"});
	assert_int_equal(deliveries_purged(LONG_AGO, 10), 0);
	assert_int_equal(deliveries_purged(FAR_OFF, 1), 2);
	assert_int_equal(deliveries_purged(FAR_OFF, 10), 2);
	assert_int_equal(deliveries_purged(FAR_OFF, 10), 0);
	assert_int_equal(suite_count_of(LIFE_GUEST), 2);
	const struct notification left = suite_last_of(LIFE_GUEST);
	assert_int_equal(left.n_deliveries, 1);
	assert_non_null(suite_by(&left, CHANNEL_INBOX));
	assert_err(suite_again(left.id, LIFE_GUEST, CHANNEL_EMAIL), ERR_STATE_CONFLICT);
}
static const struct CMUnitTest tests[] = {
	DELIVERY_TEST(a_purged_notification_is_not_created_again),
	DELIVERY_TEST(an_event_before_the_watermark_still_updates_the_contact),
	DELIVERY_TEST(notifications_are_purged_in_batches),
	DELIVERY_TEST(waiting_deliveries_are_not_purged),
	DELIVERY_TEST(ended_deliveries_are_purged_together_with_their_event),
};

int
delivery_suite_purge(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
