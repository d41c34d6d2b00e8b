/* SPDX-License-Identifier: MIT */
/* delivery_suite_erase - the delivery suite: contacts and recipients that are erased. */
#include "tests/contract/delivery_suite_parts.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <string.h>

static const char *const erased_messages[LANGUAGE_MAX] = {"erased", "erased"};

static void
erase(uint64_t book_id)
{
	const struct event event = life_erasure(book_id, 4, BOOK_BOOKED);
	assert_ok(delivery_world.notifications.erase(delivery_world.notifications.self, &event, 1,
	                                             erased_messages));
}

static void
after_an_erasure_no_mail_goes_to_the_guest_and_the_host_is_told_without_the_contact(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com"),
			   paid = life_payment(17, 1, PAY_APPROVED);
	suite_choose(LIFE_GUEST, "chosen@example.com", "");
	suite_choose(LIFE_HOST, "", SUITE_HOOK);
	suite_create(&event, ROLE_GUEST);
	suite_create(&event, ROLE_HOST);
	erase(17);
	suite_create(&paid, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 0);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 1);
	assert_true(contact_is_empty(&suite_jobs[0].event.data.book.contact));
	assert_null(strstr(suite_jobs[0].body, "guest@example.com"));
	assert_null(strstr(suite_jobs[0].body, event.data.book.contact.name));
	assert_string_equal(suite_jobs[0].message, "erased");
	assert_int_equal(suite_claim(CHANNEL_EMAIL),
	                 1); /* of the payment, to whom the account is */
	assert_string_equal(suite_jobs[0].target, "chosen@example.com");
	assert_int_equal(suite_jobs[0].event.type, EVENT_PAYMENT_APPROVED);
}

static void
an_event_from_before_an_erasure_that_comes_after_it_is_sent_without_the_contact(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_choose(LIFE_HOST, "", SUITE_HOOK);
	erase(17);
	suite_create(&event, ROLE_GUEST);
	suite_create(&event, ROLE_HOST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 0);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 1);
	assert_true(contact_is_empty(&suite_jobs[0].event.data.book.contact));
	assert_null(strstr(suite_jobs[0].body, event.data.book.contact.name));
}

static void
a_recipient_that_is_erased_has_no_settings_and_is_sent_nothing(void **state)
{
	(void)state;
	struct notification_settings found;
	const struct event first = suite_booked(17, ""), second = suite_booked(18, "");
	suite_choose(LIFE_HOST, "host@example.com", SUITE_HOOK);
	suite_create(&first, ROLE_HOST);
	assert_ok(delivery_world.notifications.recipient_erase(delivery_world.notifications.self,
	                                                       LIFE_HOST));
	suite_create(&second, ROLE_HOST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 0);
	assert_int_equal(suite_count_of(LIFE_HOST), 2);
	assert_ok(delivery_world.notifications.settings_find(delivery_world.notifications.self,
	                                                     LIFE_HOST, &found));
	assert_string_equal(found.email, "");
	assert_string_equal(found.webhook_url, "");
	assert_string_equal(found.webhook_secret, "");
}

static const struct CMUnitTest tests[] = {
	DELIVERY_TEST(
		after_an_erasure_no_mail_goes_to_the_guest_and_the_host_is_told_without_the_contact),
	DELIVERY_TEST(
		an_event_from_before_an_erasure_that_comes_after_it_is_sent_without_the_contact),
	DELIVERY_TEST(a_recipient_that_is_erased_has_no_settings_and_is_sent_nothing),
};

int
delivery_suite_erase(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
