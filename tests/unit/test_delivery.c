/* SPDX-License-Identifier: MIT */
/* Deliveries: attempts, pauses, unreachable destinations, threads; on fakes. */
#include "tests/unit/test.h"

#include "app/alarm/delivery_send.h"
#include "base/mem.h"
#include "tests/contract/life.h"
#include "tests/fakes/notification_fake.h"

#include <stdlib.h>
#include <string.h>

#define HOOK "https://hooks.example.com/a"

/* A sender with a fixed result that remembers its messages. */
struct sender_fake {
	struct attempt_result result;
	char ids[32][DELIVERY_ID_SIZE];
	char targets[32][URL_SIZE];
	size_t n;
	bool with_mail;
};

static void
send_fake(void *self, const struct outgoing_message *message, struct attempt_result *ret_result)
{
	struct sender_fake *fake = self;
	assert_true(fake->n < ARRAY_SIZE(fake->ids));
	memcpy(fake->ids[fake->n], message->id, DELIVERY_ID_SIZE);
	memcpy(fake->targets[fake->n++], message->job->target, URL_SIZE);
	fake->with_mail = message->mail != NULL;
	*ret_result = fake->result;
}

static struct notification_fake *fake;
static struct sender_fake email, webhook;
static struct notification_store notifications;
static struct delivery_store deliveries;
static struct channel_sender email_sender, webhook_sender;
static struct delivery_pool pool;
static const struct settings settings = {.delivery = ON,
                                         .smtp_url = "smtp://127.0.0.1",
                                         .mail_from = "no-reply@hotel.example",
                                         .delivery_lease_s = 60,
                                         .delivery_retry_ms = 5000,
                                         .delivery_timeout_ms = 10000,
                                         .delivery_try_s = 86400};
static struct app app;

static int
begin(void **state)
{
	(void)state;
	fake = calloc(1, sizeof(*fake));
	assert_non_null(fake);
	email = webhook = (struct sender_fake){.result = {.outcome = ATTEMPT_DELIVERED}};
	notifications = notification_fake_port(fake);
	deliveries = delivery_fake_port(fake);
	email_sender = (struct channel_sender){&email, send_fake};
	webhook_sender = (struct channel_sender){&webhook, send_fake};
	delivery_pool_init(&pool);
	app = (struct app){
		.settings = &settings,
		.notifications = &notifications,
		.deliveries = &deliveries,
		.pool = &pool,
		.senders = {[CHANNEL_EMAIL] = &email_sender, [CHANNEL_WEBHOOK] = &webhook_sender}};
	return 0;
}

static int
end(void **state)
{
	(void)state;
	free(fake);
	return 0;
}

static void
create_of(const struct event *about)
{
	static struct new_notification new;
	static struct event event;
	const struct notification_rules rules = {.fallback = LANGUAGE_EN, .by_email = true};
	event = *about;
	new = (struct new_notification){.event = &event,
	                                .asked = LANGUAGE_MAX,
	                                .room_name = "",
	                                .notification = {.book_id = event.correlation_id,
	                                                 .recipient_id = LIFE_GUEST,
	                                                 .role = ROLE_GUEST,
	                                                 .event = event.type,
	                                                 .created_at = event.time}};
	memcpy(new.notification.event_id, event.id, sizeof(event.id));
	assert_ok(notifications.create(notifications.self, &new, 1, &rules));
}

static struct event
booked(uint64_t book, const char *contact, enum contact_mailing mailing)
{
	struct event event = life_book(book, 3, BOOK_BOOKED);
	strcpy(event.data.book.contact.email, contact);
	event.data.book.contact.mailing = mailing;
	return event;
}

static void
create(uint64_t book, const char *contact)
{
	const struct event event = booked(book, contact, MAILING_ALL);
	create_of(&event);
}

static void
choose_hook(void)
{
	const struct notification_settings_change wanted = {
		.to = {.recipient_id = LIFE_GUEST, .webhook_url = HOOK, .language = LANGUAGE_MAX}};
	struct notification_settings found;
	bool replayed;
	assert_ok(notifications.settings_put(notifications.self, &wanted, &found, &replayed));
}

static void
pass_ms(int64_t ms)
{
	fake->ahead_ms += ms;
	pool.idle_until_ms[CHANNEL_EMAIL] = pool.idle_until_ms[CHANNEL_WEBHOOK] = 0;
}

/* Runs rounds until nothing more is due. */
static void
send_all(void)
{
	bool more = true;
	for (int rounds = 0; more; rounds++) {
		assert_true(rounds < 100);
		assert_ok(delivery_send(&app, &more));
	}
	pass_ms(0);
}

static const struct delivery *
by(uint64_t id, enum channel channel)
{
	return notification_fake_delivery(&fake->notifications[id - 1], channel);
}

static void
each_delivery_is_sent_once_by_its_channel_with_the_id_of_event_and_role(void **state)
{
	(void)state;
	char id[DELIVERY_ID_SIZE];
	choose_hook();
	create(17, "guest@example.com");
	send_all();
	send_all();
	assert_int_equal(email.n, 1);
	assert_int_equal(webhook.n, 1);
	assert_true(email.with_mail);
	assert_false(webhook.with_mail);
	assert_string_equal(email.targets[0], "guest@example.com");
	assert_string_equal(webhook.targets[0], HOOK);
	delivery_id(&(struct delivery_job){.event = fake->events[0], .role = ROLE_GUEST}, id);
	assert_string_equal(email.ids[0], id);
	assert_string_equal(webhook.ids[0], id);
	assert_non_null(strstr(id, "-guest"));
	assert_int_equal(by(1, CHANNEL_EMAIL)->state, DELIVERY_DELIVERED);
	assert_int_equal(by(1, CHANNEL_WEBHOOK)->state, DELIVERY_DELIVERED);
}

static void
a_temporary_failure_is_retried_with_growing_pauses_for_a_day(void **state)
{
	(void)state;
	email.result = (struct attempt_result){ATTEMPT_RETRY, "smtp-451"};
	create(17, "guest@example.com");
	send_all();
	assert_int_equal(email.n, 1);
	assert_string_equal(by(1, CHANNEL_EMAIL)->reason, "smtp-451");
	pass_ms(2400);
	send_all();
	assert_int_equal(email.n, 1);
	pass_ms(2700);
	send_all();
	assert_int_equal(email.n, 2);
	for (int i = 0; i < 24 * 2 + 2 && by(1, CHANNEL_EMAIL)->state == DELIVERY_WAITING; i++) {
		pass_ms(INT64_C(3600000) / 2 + 1000);
		send_all();
		email.n = email.n > 20 ? 20 : email.n;
	}
	assert_int_equal(by(1, CHANNEL_EMAIL)->state, DELIVERY_FAILED);
	assert_true(by(1, CHANNEL_EMAIL)->attempts > 20);
	assert_string_equal(by(1, CHANNEL_EMAIL)->reason, "smtp-451");
}

static void
a_rejected_delivery_gets_a_few_more_attempts(void **state)
{
	(void)state;
	email.result = (struct attempt_result){ATTEMPT_REJECTED, "smtp-550"};
	create(17, "guest@example.com");
	for (int i = 0; i < 20; i++) {
		send_all();
		pass_ms(3600000);
	}
	assert_int_equal(by(1, CHANNEL_EMAIL)->state, DELIVERY_FAILED);
	assert_int_equal(by(1, CHANNEL_EMAIL)->attempts, 8);
}

static void
a_permanent_failure_is_not_retried(void **state)
{
	(void)state;
	choose_hook();
	webhook.result = (struct attempt_result){ATTEMPT_PERMANENT, "private-address"};
	create(17, "");
	send_all();
	pass_ms(3600000);
	send_all();
	assert_int_equal(webhook.n, 1);
	assert_int_equal(by(1, CHANNEL_WEBHOOK)->state, DELIVERY_FAILED);
}

static void
an_unreachable_destination_is_not_contacted_for_each_delivery(void **state)
{
	(void)state;
	choose_hook();
	webhook.result = (struct attempt_result){ATTEMPT_UNREACHABLE, "http-timeout"};
	for (uint64_t book = 17; book < 22; book++)
		create(book, "");
	send_all();
	assert_int_equal(webhook.n, 2);
	assert_int_equal(by(3, CHANNEL_WEBHOOK)->attempts, 0);
	assert_int_equal(by(3, CHANNEL_WEBHOOK)->state, DELIVERY_WAITING);
	pass_ms(5100);
	send_all();
	assert_int_equal(webhook.n, 3);
	assert_int_equal(by(3, CHANNEL_WEBHOOK)->attempts, 1);
	webhook.result = (struct attempt_result){.outcome = ATTEMPT_DELIVERED};
	pass_ms(60000);
	send_all();
	for (uint64_t id = 1; id <= 5; id++)
		assert_int_equal(by(id, CHANNEL_WEBHOOK)->state, DELIVERY_DELIVERED);
	assert_int_equal(webhook.n, 8);
}

/* One delivery of several makes the server hang. */
static void
send_but_for_one(void *self, const struct outgoing_message *message,
                 struct attempt_result *ret_result)
{
	send_fake(self, message, ret_result);
	if (message->job->notification_id == 1)
		*ret_result = (struct attempt_result){ATTEMPT_UNREACHABLE, "http-timeout"};
}

static void
one_delivery_that_hangs_its_destination_blocks_no_other(void **state)
{
	(void)state;
	choose_hook();
	webhook_sender.send = send_but_for_one;
	for (uint64_t book = 17; book < 20; book++)
		create(book, "");
	send_all();
	assert_int_equal(by(1, CHANNEL_WEBHOOK)->state, DELIVERY_WAITING);
	assert_int_equal(by(2, CHANNEL_WEBHOOK)->state, DELIVERY_DELIVERED);
	assert_int_equal(by(3, CHANNEL_WEBHOOK)->state, DELIVERY_DELIVERED);
	create(20, "");
	send_all();
	assert_int_equal(by(4, CHANNEL_WEBHOOK)->state, DELIVERY_DELIVERED);
}

static void
a_delivery_whose_time_ends_without_an_attempt_has_failed_without_one(void **state)
{
	(void)state;
	choose_hook();
	webhook.result = (struct attempt_result){ATTEMPT_UNREACHABLE, "http-timeout"};
	for (uint64_t book = 17; book < 20; book++)
		create(book, "");
	pass_ms(INT64_C(86400000));
	send_all();
	assert_int_equal(webhook.n, 2);
	assert_int_equal(by(3, CHANNEL_WEBHOOK)->state, DELIVERY_FAILED);
	assert_int_equal(by(3, CHANNEL_WEBHOOK)->attempts, 0);
	assert_string_equal(by(3, CHANNEL_WEBHOOK)->reason, "http-timeout");
}

static void
deliveries_to_a_destination_that_stays_unreachable_fail_after_a_day(void **state)
{
	(void)state;
	choose_hook();
	webhook.result = (struct attempt_result){ATTEMPT_UNREACHABLE, "http-timeout"};
	create(17, "");
	create(18, "");
	send_all();
	pass_ms(INT64_C(86400000));
	send_all();
	assert_int_equal(by(1, CHANNEL_WEBHOOK)->state, DELIVERY_FAILED);
	assert_int_equal(by(2, CHANNEL_WEBHOOK)->state, DELIVERY_FAILED);
	assert_string_equal(by(2, CHANNEL_WEBHOOK)->reason, "http-timeout");
}

static void
an_idle_channel_is_polled_once_a_second(void **state)
{
	(void)state;
	bool more;
	assert_ok(delivery_send(&app, &more));
	assert_false(more);
	create(17, "guest@example.com");
	assert_ok(delivery_send(&app, &more));
	assert_false(more);
	assert_int_equal(email.n, 0);
	pass_ms(0);
	assert_ok(delivery_send(&app, &more));
	assert_true(more);
	assert_int_equal(email.n, 1);
}

static void
all_deliveries_wait_while_delivery_is_off(void **state)
{
	(void)state;
	struct settings silent = settings;
	silent.delivery = OFF;
	choose_hook();
	create(17, "guest@example.com");
	app.settings = &silent;
	send_all();
	pass_ms(INT64_C(3600000));
	send_all();
	assert_int_equal(email.n + webhook.n, 0);
	assert_int_equal(by(1, CHANNEL_EMAIL)->state, DELIVERY_WAITING);
	assert_int_equal(by(1, CHANNEL_WEBHOOK)->attempts, 0);
	app.settings = &settings;
	send_all();
	assert_int_equal(email.n, 1);
	assert_int_equal(webhook.n, 1);
}

static void
a_channel_uses_no_more_threads_than_its_maximum(void **state)
{
	(void)state;
	bool more;
	create(17, "guest@example.com");
	pool.busy[CHANNEL_EMAIL] = 2;
	assert_ok(delivery_send(&app, &more));
	assert_int_equal(email.n, 0);
	pool.busy[CHANNEL_EMAIL] = 1;
	pass_ms(0);
	assert_ok(delivery_send(&app, &more));
	assert_int_equal(email.n, 1);
	assert_int_equal(pool.busy[CHANNEL_EMAIL], 1);
}

static void
an_unavailable_database_is_reported_and_frees_the_thread(void **state)
{
	(void)state;
	bool more;
	fake->fails = ERR_UNAVAILABLE;
	assert_err(delivery_send(&app, &more), ERR_UNAVAILABLE);
	assert_false(more);
	assert_int_equal(pool.busy[CHANNEL_EMAIL], 0);
}

static void
what_is_not_sent_to_an_unconfirmed_address_says_why_and_can_be_sent_once_it_is_confirmed(
	void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com", MAILING_FEW),
			   paid = life_payment(17, 1, PAY_APPROVED);
	struct notification found;
	bool replayed;
	create_of(&event);
	create_of(&paid);
	send_all();
	assert_int_equal(email.n, 1);
	assert_int_equal(by(1, CHANNEL_EMAIL)->state, DELIVERY_DELIVERED);
	assert_int_equal(by(2, CHANNEL_EMAIL)->state, DELIVERY_FAILED);
	assert_int_equal(by(2, CHANNEL_EMAIL)->attempts, 0);
	assert_string_equal(by(2, CHANNEL_EMAIL)->reason, "unconfirmed");
	assert_ok(notifications.contact_confirm(notifications.self, 17, BOOK_KEY_FIRST));
	const struct redelivery_request again = {.notification_id = 2,
	                                         .recipient_id = LIFE_GUEST,
	                                         .channel = CHANNEL_EMAIL,
	                                         .rules = {.by_email = true}};
	assert_ok(notifications.again(notifications.self, &again, &found, &replayed));
	send_all();
	assert_int_equal(email.n, 2);
	assert_string_equal(email.targets[1], "guest@example.com");
	assert_int_equal(by(2, CHANNEL_EMAIL)->state, DELIVERY_DELIVERED);
}

static void
an_unconfirmed_address_gets_so_many_mails_in_a_day_whoever_names_it(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= MAIL_UNCONFIRMED_DAY_MAX + 2; id++) {
		const struct event event = booked(id, "guest@example.com", MAILING_FEW);
		create_of(&event);
	}
	send_all();
	assert_int_equal(email.n, MAIL_UNCONFIRMED_DAY_MAX);
	create(100, "guest@example.com"); /* confirmed for this one */
	send_all();
	assert_int_equal(email.n, MAIL_UNCONFIRMED_DAY_MAX + 1);
	const struct notification_fake *const stored = fake;
	size_t refused = 0;
	for (uint64_t id = 1; id <= stored->n_notifications; id++)
		refused += by(id, CHANNEL_EMAIL)->state == DELIVERY_FAILED &&
		           strcmp(by(id, CHANNEL_EMAIL)->reason, "address-limit") == 0;
	assert_int_equal(refused, 2);
	pass_ms((MAIL_DAY_S + 1) * INT64_C(1000));
	const struct event event = booked(101, "guest@example.com", MAILING_FEW);
	create_of(&event);
	send_all();
	assert_int_equal(email.n, MAIL_UNCONFIRMED_DAY_MAX + 2);
}

static void
nothing_is_mailed_for_whoever_has_had_too_many_mails_sent(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com", MAILING_NONE);
	choose_hook();
	create_of(&event);
	send_all();
	assert_int_equal(email.n, 0);
	assert_int_equal(webhook.n, 1);
	assert_string_equal(by(1, CHANNEL_EMAIL)->reason, "sender-limit");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_delivery_is_sent_once_by_its_channel_with_the_id_of_event_and_role),
		TEST(a_temporary_failure_is_retried_with_growing_pauses_for_a_day),
		TEST(a_rejected_delivery_gets_a_few_more_attempts),
		TEST(a_permanent_failure_is_not_retried),
		TEST(an_unreachable_destination_is_not_contacted_for_each_delivery),
		TEST(one_delivery_that_hangs_its_destination_blocks_no_other),
		TEST(a_delivery_whose_time_ends_without_an_attempt_has_failed_without_one),
		TEST(deliveries_to_a_destination_that_stays_unreachable_fail_after_a_day),
		TEST(an_idle_channel_is_polled_once_a_second),
		TEST(all_deliveries_wait_while_delivery_is_off),
		TEST(a_channel_uses_no_more_threads_than_its_maximum),
		TEST(what_is_not_sent_to_an_unconfirmed_address_says_why_and_can_be_sent_once_it_is_confirmed),
		TEST(an_unconfirmed_address_gets_so_many_mails_in_a_day_whoever_names_it),
		TEST(nothing_is_mailed_for_whoever_has_had_too_many_mails_sent),
		TEST(an_unavailable_database_is_reported_and_frees_the_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
