/* SPDX-License-Identifier: MIT */
/* delivery_suite - the contract of every delivery_store. */
#include "base/mem.h"
#include "tests/contract/delivery_suite_parts.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

struct delivery_world delivery_world;
struct delivery_job suite_jobs[SUITE_JOBS];
struct delivery_batch suite_batch;

static const struct notification_rules rules = {.fallback = LANGUAGE_EN, .by_email = true};
static const char *const erased_messages[LANGUAGE_MAX] = {"erased", "erased"};

static void
bodies_free(void)
{
	for (size_t i = 0; i < suite_batch.n; i++) {
		free(suite_jobs[i].body);
		suite_jobs[i].body = NULL;
	}
}

int
delivery_world_empty(void **state)
{
	(void)state;
	delivery_world.empty();
	suite_batch = (struct delivery_batch){.jobs = suite_jobs};
	return 0;
}

int
delivery_world_leave(void **state)
{
	(void)state;
	bodies_free();
	return 0;
}

/* ---- helpers ---- */

static void
settings_put(const struct notification_settings *settings,
             struct notification_settings *ret_settings)
{
	const struct notification_settings_change change = {.to = *settings};
	bool replayed;
	assert_ok(delivery_world.notifications.settings_put(delivery_world.notifications.self,
	                                                    &change, ret_settings, &replayed));
}

void
suite_choose(uint64_t recipient_id, const char *email, const char *url)
{
	struct notification_settings settings = {.recipient_id = recipient_id,
	                                         .language = LANGUAGE_KO},
				     found;
	strcpy(settings.email, email);
	strcpy(settings.webhook_url, url);
	settings_put(&settings, &found);
}

static void
tell_one(const struct event *event, enum role role, uint64_t recipient_id,
         const struct notification_rules *by)
{
	static struct new_notification new;
	new = (struct new_notification){.event = event,
	                                .asked = LANGUAGE_MAX,
	                                .room_name = "Sea view",
	                                .erased_messages = erased_messages,
	                                .notification = {.book_id = event->correlation_id,
	                                                 .recipient_id = recipient_id,
	                                                 .role = role,
	                                                 .event = event->type,
	                                                 .created_at = event->time}};
	memcpy(new.notification.event_id, event->id, sizeof(event->id));
	strcpy(new.messages[LANGUAGE_KO], "말");
	strcpy(new.messages[LANGUAGE_EN], "words");
	assert_ok(delivery_world.notifications.create(delivery_world.notifications.self, &new, 1,
	                                              by));
}

static void
tell_by(const struct event *event, enum role role, const struct notification_rules *by)
{
	tell_one(event, role, role == ROLE_HOST ? LIFE_HOST : LIFE_GUEST, by);
}

void
suite_create(const struct event *event, enum role role)
{
	tell_by(event, role, &rules);
}

struct event
suite_booked(uint64_t id, const char *contact)
{
	struct event event = life_book(id, 3, BOOK_BOOKED);
	strcpy(event.data.book.contact.email, contact);
	return event;
}

size_t
suite_claim_some(enum channel channel, size_t max)
{
	bodies_free();
	assert_ok(delivery_world.deliveries.claim(delivery_world.deliveries.self, channel,
	                                          SUITE_LEASE_S, max, &suite_batch));
	return suite_batch.n;
}

size_t
suite_claim(enum channel channel)
{
	return suite_claim_some(channel, SUITE_JOBS);
}

void
suite_store_outcome(const struct delivery_job *job, struct delivery_outcome outcome)
{
	assert_ok(delivery_world.deliveries.store_outcome(delivery_world.deliveries.self, job,
	                                                  &outcome));
}

void
suite_release(bool unreachable, uint32_t pause_ms)
{
	assert_ok(delivery_world.deliveries.release(delivery_world.deliveries.self, &suite_batch,
	                                            unreachable, pause_ms));
}

const struct delivery_outcome suite_delivered = {.state = DELIVERY_DELIVERED, .counted = true};
const struct delivery_outcome suite_later = {
	.state = DELIVERY_WAITING, .pause_ms = 10000, .counted = true, .reason = "http-500"};

static void
note_down(void *arg, const struct notification *notification)
{
	*(struct notification *)arg = *notification;
}

uint64_t
suite_count_of(uint64_t recipient_id)
{
	struct notification last;
	uint64_t total;
	const struct notification_list list = {
		.event = EVENT_TYPE_MAX, .recipient_id = recipient_id, .paging = {.size = 1}};
	assert_ok(delivery_world.notifications.list(delivery_world.notifications.self, &list,
	                                            note_down, &last, &total));
	return total;
}

/* The newest notification of a recipient. */
struct notification
suite_last_of(uint64_t recipient_id)
{
	static struct notification last;
	uint64_t total;
	const struct notification_list list = {.event = EVENT_TYPE_MAX,
	                                       .recipient_id = recipient_id,
	                                       .paging = {.size = 1, .descending = true}};
	assert_ok(delivery_world.notifications.list(delivery_world.notifications.self, &list,
	                                            note_down, &last, &total));
	assert_int_not_equal(total, 0);
	return last;
}

const struct delivery *
suite_by(const struct notification *notification, enum channel channel)
{
	for (size_t i = 0; i < notification->n_deliveries; i++)
		if (notification->deliveries[i].channel == channel)
			return &notification->deliveries[i];
	return NULL;
}

enum err
suite_again(uint64_t id, uint64_t recipient_id, enum channel channel)
{
	struct notification found;
	bool replayed;
	const struct redelivery_request asked = {.notification_id = id,
	                                         .recipient_id = recipient_id,
	                                         .channel = channel,
	                                         .rules = rules,
	                                         .pause_s = 30};
	return delivery_world.notifications.again(delivery_world.notifications.self, &asked, &found,
	                                          &replayed);
}

/* ---- targets ---- */

static void
without_settings_a_notification_goes_to_the_inbox_only(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "");
	suite_create(&event, ROLE_GUEST);
	suite_create(&event, ROLE_HOST);
	assert_int_equal(suite_last_of(LIFE_GUEST).n_deliveries, 1);
	assert_int_equal(suite_last_of(LIFE_HOST).n_deliveries, 1);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 0);
}

static void
a_guest_gets_mail_at_the_contact_of_the_booking(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&event, ROLE_GUEST);
	suite_create(&event, ROLE_HOST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_string_equal(suite_jobs[0].target, "guest@example.com");
	assert_int_equal(suite_jobs[0].attempts, 1);
	assert_int_equal(suite_jobs[0].role, ROLE_GUEST);
	assert_int_equal(suite_jobs[0].language, LANGUAGE_EN);
	assert_string_equal(suite_jobs[0].message, "words");
	assert_string_equal(suite_jobs[0].room_name, "Sea view");
	assert_string_equal(suite_jobs[0].event.id, event.id);
	assert_int_equal(suite_jobs[0].event.data.book.id, 17);
	assert_int_equal(strlen(suite_jobs[0].body), suite_jobs[0].body_len);
	assert_non_null(strstr(suite_jobs[0].body, event.id));
	assert_true(suite_jobs[0].age_s < 60);
	assert_int_equal(suite_last_of(LIFE_HOST).n_deliveries, 1);
}

static void
a_guest_with_settings_gets_mail_there_and_at_the_contact(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "contact@example.com");
	suite_choose(LIFE_GUEST, "chosen@example.com", "");
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_string_equal(suite_jobs[0].target, "chosen@example.com");
	assert_int_equal(suite_jobs[0].language, LANGUAGE_KO);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 1);
	assert_string_equal(suite_jobs[0].target, "contact@example.com");
	assert_int_equal(suite_jobs[0].channel, CHANNEL_CONTACT);
	assert_string_equal(suite_jobs[0].event.id, event.id);
	suite_store_outcome(&suite_jobs[0], suite_delivered);
	suite_release(false, 0);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 0);
	const struct notification notification = suite_last_of(LIFE_GUEST);
	assert_int_equal(suite_by(&notification, CHANNEL_EMAIL)->state, DELIVERY_WAITING);
	assert_int_equal(suite_by(&notification, CHANNEL_CONTACT)->state, DELIVERY_DELIVERED);
}

static void
equal_addresses_get_one_mail_whenever_the_contact_becomes_known(void **state)
{
	(void)state;
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	const struct event event = suite_booked(17, "Guest@example.com");
	suite_choose(LIFE_GUEST, "guest@example.com", "");
	suite_create(&paid, ROLE_GUEST);
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 0);
	suite_release(false, 0);
	assert_int_equal(suite_claim(CHANNEL_EMAIL) + suite_claim(CHANNEL_EMAIL), 2);
	assert_int_equal(suite_last_of(LIFE_GUEST).n_deliveries, 2);
}

static void
mail_about_a_payment_goes_to_both_addresses(void **state)
{
	(void)state;
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	const struct event event = suite_booked(17, "contact@example.com");
	suite_create(&event, ROLE_HOST);
	suite_choose(LIFE_GUEST, "chosen@example.com", "");
	suite_create(&paid, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 1);
	assert_string_equal(suite_jobs[0].target, "contact@example.com");
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_string_equal(suite_jobs[0].target, "chosen@example.com");
}

static void
what_was_stored_for_number_0_changes_nothing(void **state)
{
	(void)state;
	const struct event event = suite_booked(17, "guest@example.com");
	suite_choose(0, "stranger@example.com", SUITE_HOOK);
	tell_one(&event, ROLE_GUEST, 0, &rules);
	tell_one(&event, ROLE_HOST, 0, &rules);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 0);
	assert_int_equal(suite_claim(CHANNEL_CONTACT), 0);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_string_equal(suite_jobs[0].target, "guest@example.com");
	assert_int_equal(suite_jobs[0].role, ROLE_GUEST);
	assert_int_equal(suite_jobs[0].language, LANGUAGE_EN);
	assert_string_equal(suite_jobs[0].message, "words");
	assert_int_equal(suite_count_of(0), 2);
}

static void
mail_about_a_payment_goes_to_the_contact_even_if_that_arrives_later(void **state)
{
	(void)state;
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	const struct event event = suite_booked(17, "guest@example.com");
	suite_create(&paid, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
	assert_string_equal(suite_jobs[0].target, "");
	suite_store_outcome(&suite_jobs[0], (struct delivery_outcome){.state = DELIVERY_WAITING});
	suite_release(false, 0);
	suite_create(&event, ROLE_GUEST);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(suite_claim(CHANNEL_EMAIL), 1);
		assert_string_equal(suite_jobs[0].target, "guest@example.com");
		assert_int_equal(suite_jobs[0].attempts, 1);
		suite_store_outcome(&suite_jobs[0], suite_delivered);
		suite_release(false, 0);
	}
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
}

static void
a_delivery_is_dropped_when_the_contact_has_no_address(void **state)
{
	(void)state;
	const struct event paid = life_payment(17, 1, PAY_APPROVED), event = suite_booked(17, "");
	suite_create(&paid, ROLE_GUEST);
	assert_int_equal(suite_last_of(LIFE_GUEST).n_deliveries, 2);
	suite_create(&event, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL), 0);
	suite_release(false, 0);
	struct delivery_backlog backlog;
	assert_ok(delivery_world.deliveries.backlog(delivery_world.deliveries.self, &backlog));
	assert_int_equal(backlog.waiting[CHANNEL_EMAIL], 0);
}

static void
an_older_event_does_not_restore_an_older_contact(void **state)
{
	(void)state;
	struct event old = life_book(17, 2, BOOK_PAYMENT_PENDING);
	const struct event new = suite_booked(17, "new@example.com");
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	strcpy(old.data.book.contact.email, "old@example.com");
	suite_create(&new, ROLE_GUEST);
	suite_create(&old, ROLE_GUEST);
	suite_create(&paid, ROLE_GUEST);
	assert_int_equal(suite_claim(CHANNEL_EMAIL) + suite_claim(CHANNEL_EMAIL), 3);
	struct notification notification = suite_last_of(LIFE_GUEST);
	assert_int_equal(notification.event, EVENT_PAYMENT_APPROVED);
	for (size_t i = 0; i < suite_batch.n; i++)
		assert_string_equal(suite_jobs[i].target, "new@example.com");
}

static void
no_mail_waits_when_mail_is_disabled(void **state)
{
	(void)state;
	const struct notification_rules off = {.fallback = LANGUAGE_EN};
	const struct event event = suite_booked(17, "guest@example.com");
	tell_by(&event, ROLE_GUEST, &off);
	assert_int_equal(suite_last_of(LIFE_GUEST).n_deliveries, 1);
}

static void
a_webhook_goes_to_the_url_that_was_set_when_its_notification_was_created(void **state)
{
	(void)state;
	const struct event first = suite_booked(17, ""), second = suite_booked(18, "");
	suite_choose(LIFE_HOST, "", SUITE_HOOK);
	suite_create(&first, ROLE_HOST);
	suite_choose(LIFE_HOST, "", "");
	suite_create(&second, ROLE_HOST);
	assert_int_equal(suite_claim(CHANNEL_WEBHOOK), 1);
	assert_string_equal(suite_batch.destination, "https://hooks.example.com");
	assert_string_equal(suite_jobs[0].target, SUITE_HOOK);
	assert_int_equal(strncmp(suite_jobs[0].secret, "whsec_", 6), 0);
	assert_string_equal(suite_jobs[0].event.id, first.id);
	assert_int_equal(suite_last_of(LIFE_HOST).n_deliveries, 1);
}

static void
the_secret_is_created_with_the_first_url_and_kept(void **state)
{
	(void)state;
	struct notification_settings settings = {.recipient_id = LIFE_HOST}, first, again, other;
	const struct notification_store *store = &delivery_world.notifications;
	settings_put(&settings, &first);
	assert_string_equal(first.webhook_secret, "");
	strcpy(settings.webhook_url, SUITE_HOOK);
	strcpy(settings.webhook_secret, "whsec_chosen");
	settings_put(&settings, &first);
	assert_int_equal(strlen(first.webhook_secret), 50);
	assert_string_not_equal(first.webhook_secret, "whsec_chosen");
	*settings.webhook_url = '\0';
	settings_put(&settings, &again);
	assert_string_equal(again.webhook_secret, first.webhook_secret);
	assert_ok(store->settings_find(store->self, LIFE_HOST, &again));
	assert_string_equal(again.webhook_secret, first.webhook_secret);
	settings.recipient_id = LIFE_GUEST;
	strcpy(settings.webhook_url, SUITE_HOOK);
	settings_put(&settings, &other);
	assert_string_not_equal(other.webhook_secret, first.webhook_secret);
}

static const struct CMUnitTest tests[] = {
	DELIVERY_TEST(without_settings_a_notification_goes_to_the_inbox_only),
	DELIVERY_TEST(a_guest_gets_mail_at_the_contact_of_the_booking),
	DELIVERY_TEST(a_guest_with_settings_gets_mail_there_and_at_the_contact),
	DELIVERY_TEST(equal_addresses_get_one_mail_whenever_the_contact_becomes_known),
	DELIVERY_TEST(mail_about_a_payment_goes_to_both_addresses),
	DELIVERY_TEST(what_was_stored_for_number_0_changes_nothing),
	DELIVERY_TEST(mail_about_a_payment_goes_to_the_contact_even_if_that_arrives_later),
	DELIVERY_TEST(a_delivery_is_dropped_when_the_contact_has_no_address),
	DELIVERY_TEST(an_older_event_does_not_restore_an_older_contact),
	DELIVERY_TEST(no_mail_waits_when_mail_is_disabled),
	DELIVERY_TEST(a_webhook_goes_to_the_url_that_was_set_when_its_notification_was_created),
	DELIVERY_TEST(the_secret_is_created_with_the_first_url_and_kept),
};

int
delivery_suite_run(const char *where, struct delivery_world world)
{
	delivery_world = world;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL) + delivery_suite_claim(where) +
	       delivery_suite_purge(where) + delivery_suite_permit(where) +
	       delivery_suite_erase(where);
}
