/* SPDX-License-Identifier: MIT */
/* delivery_suite_permit - the delivery suite: which addresses are confirmed, and how many mails they got. */
#include "tests/contract/delivery_suite_parts.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <string.h>

#define GUEST_EMAIL "guest@example.com"
#define HOST_EMAIL  "host@example.com"

static struct event
unconfirmed(uint64_t id, enum contact_mailing mailing)
{
	struct event event = suite_booked(id, GUEST_EMAIL);
	event.data.book.contact.mailing = mailing;
	return event;
}

static enum address_standing
standing_now(void)
{
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	const enum address_standing standing = suite_jobs[0].standing;
	suite_store_outcome(&suite_jobs[0], (struct delivery_outcome){.state = DELIVERY_WAITING});
	suite_release(false, 0);
	return standing;
}

static enum err
contact_confirm(uint64_t book_id, uint32_t key_version)
{
	return delivery_world.notifications.contact_confirm(delivery_world.notifications.self,
	                                                    book_id, key_version);
}

static void
the_contact_is_confirmed_by_the_key_that_counts(void **state)
{
	(void)state;
	const struct event few = unconfirmed(17, MAILING_FEW);
	suite_create(&few, ROLE_GUEST);
	assert_int_equal(standing_now(), ADDRESS_UNCONFIRMED);
	assert_err(contact_confirm(17, BOOK_KEY_FIRST + 1), ERR_NOT_FOUND);
	assert_err(contact_confirm(18, BOOK_KEY_FIRST), ERR_NOT_FOUND);
	assert_int_equal(standing_now(), ADDRESS_UNCONFIRMED);
	assert_ok(contact_confirm(17, BOOK_KEY_FIRST));
	assert_ok(contact_confirm(17, BOOK_KEY_FIRST));
	assert_int_equal(standing_now(), ADDRESS_CONFIRMED);
}

static void
a_confirmed_contact_stays_so_with_later_events(void **state)
{
	(void)state;
	const struct event none = unconfirmed(17, MAILING_NONE);
	struct event later = life_book(17, 4, BOOK_CANCELED);
	suite_create(&none, ROLE_HOST);
	assert_ok(contact_confirm(17, BOOK_KEY_FIRST));
	later.data.book.contact = none.data.book.contact;
	suite_create(&later, ROLE_GUEST);
	assert_int_equal(standing_now(), ADDRESS_CONFIRMED);
}

static void
a_claim_confirms_the_contact(void **state)
{
	(void)state;
	const struct event none = unconfirmed(17, MAILING_NONE);
	struct event claim = life_claim(17, 4, BOOK_BOOKED);
	suite_create(&none, ROLE_GUEST);
	assert_int_equal(standing_now(), ADDRESS_LIMITED);
	strcpy(claim.data.book.contact.email, GUEST_EMAIL);
	suite_create(&claim, ROLE_HOST);
	assert_int_equal(standing_now(), ADDRESS_CONFIRMED);
}

static void
settings_put(bool is_unconfirmed)
{
	const struct notification_store *store = &delivery_world.notifications;
	const struct notification_settings_change change = {.to = {.recipient_id = LIFE_HOST,
	                                                           .language = LANGUAGE_KO,
	                                                           .email = HOST_EMAIL,
	                                                           .unconfirmed = is_unconfirmed}};
	struct notification_settings found;
	bool replayed;
	assert_ok(store->settings_put(store->self, &change, &found, &replayed));
	assert_int_equal(found.unconfirmed, is_unconfirmed);
}

static void
the_address_of_settings_is_confirmed_by_the_account_that_has_it(void **state)
{
	(void)state;
	const struct notification_store *store = &delivery_world.notifications;
	const struct event event = suite_booked(17, "");
	struct notification_settings found;
	settings_put(true);
	suite_create(&event, ROLE_HOST);
	assert_int_equal(standing_now(), ADDRESS_UNCONFIRMED);
	assert_ok(store->settings_confirm(store->self, LIFE_HOST, "other@example.com"));
	assert_ok(store->settings_confirm(store->self, LIFE_GUEST, HOST_EMAIL));
	assert_int_equal(standing_now(), ADDRESS_UNCONFIRMED);
	assert_ok(store->settings_confirm(store->self, LIFE_HOST, HOST_EMAIL));
	assert_ok(store->settings_find(store->self, LIFE_HOST, &found));
	assert_false(found.unconfirmed);
	assert_int_equal(standing_now(), ADDRESS_CONFIRMED);
	settings_put(true);
	assert_int_equal(standing_now(), ADDRESS_UNCONFIRMED);
	settings_put(false);
	assert_int_equal(standing_now(), ADDRESS_CONFIRMED);
}

static uint64_t
mails_sent(const char *target)
{
	uint64_t n = 99;
	assert_ok(delivery_world.deliveries.mails_sent(delivery_world.deliveries.self, target, &n));
	return n;
}

static void
mail_deliver(void)
{
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
}

static void
the_mails_of_a_day_are_counted_for_each_address_and_copies_with_them(void **state)
{
	(void)state;
	const struct event one = suite_booked(17, GUEST_EMAIL),
			   two = suite_booked(18, "other@example.com");
	suite_create(&one, ROLE_GUEST);
	const uint64_t id = suite_last_of(LIFE_GUEST).id;
	suite_create(&two, ROLE_GUEST);
	assert_int_equal(mails_sent(GUEST_EMAIL), 0);
	mail_deliver();
	mail_deliver();
	assert_int_equal(mails_sent(GUEST_EMAIL), 1);
	assert_int_equal(mails_sent("other@example.com"), 1);
	assert_int_equal(mails_sent("guest@example.co"), 0);
	delivery_world.pass(31);
	assert_ok(suite_again(id, LIFE_GUEST, CHANNEL_EMAIL));
	assert_int_equal(mails_sent(GUEST_EMAIL), 1);
	mail_deliver();
	assert_int_equal(mails_sent(GUEST_EMAIL), 2);
	delivery_world.pass(MAIL_DAY_S + 1);
	assert_int_equal(mails_sent(GUEST_EMAIL), 0);
}

static const struct CMUnitTest tests[] = {
	DELIVERY_TEST(the_contact_is_confirmed_by_the_key_that_counts),
	DELIVERY_TEST(a_confirmed_contact_stays_so_with_later_events),
	DELIVERY_TEST(a_claim_confirms_the_contact),
	DELIVERY_TEST(the_address_of_settings_is_confirmed_by_the_account_that_has_it),
	DELIVERY_TEST(the_mails_of_a_day_are_counted_for_each_address_and_copies_with_them),
};

int
delivery_suite_permit(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
