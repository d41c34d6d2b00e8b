/* delivery_suite - what every delivery_store has to do, whatever it stores in. */
#include "tests/contract/delivery_suite.h"

#include "base/mem.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#define LEASE_S 60
#define MAX     8
#define HOOK    "https://hooks.example.com/a?b=1"

static struct delivery_world world;
static struct delivery_job jobs[MAX];
static struct delivery_batch batch;

static const struct tell_rules rules = {.fallback = LANGUAGE_EN, .by_email = true};

static void
bodies_free(void)
{
	for (size_t i = 0; i < batch.n; i++) {
		free(jobs[i].body);
		jobs[i].body = NULL;
	}
}

static int
empty(void **state)
{
	(void)state;
	world.empty();
	batch = (struct delivery_batch){.jobs = jobs};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	bodies_free();
	return 0;
}

/* ---- a world with something to deliver ---- */

static void
wish(uint64_t recipient_id, const char *email, const char *url)
{
	struct notification_settings settings = {.recipient_id = recipient_id,
	                                         .language = LANGUAGE_KO},
				     found;
	strcpy(settings.email, email);
	strcpy(settings.webhook_url, url);
	assert_ok(world.notifications.settings_put(world.notifications.self, &settings, &found));
}

static void
tell_by(const struct event *event, enum role role, const struct tell_rules *by)
{
	static struct telling telling;
	telling = (struct telling){
		.event = event,
		.notification = {.book_id = event->correlation_id,
	                         .recipient_id = role == ROLE_HOST ? LIFE_HOST : LIFE_GUEST,
	                         .role = role,
	                         .event = event->type,
	                         .created_at = event->time}};
	memcpy(telling.notification.event_id, event->id, sizeof(event->id));
	strcpy(telling.messages[LANGUAGE_KO], "말");
	strcpy(telling.messages[LANGUAGE_EN], "words");
	assert_ok(world.notifications.tell(world.notifications.self, &telling, 1, by));
}

static void
tell(const struct event *event, enum role role)
{
	tell_by(event, role, &rules);
}

static struct event
booked(uint64_t id, const char *contact)
{
	struct event event = life_book(id, 3, BOOK_BOOKED);
	strcpy(event.data.book.contact.email, contact);
	return event;
}

static size_t
claim(enum channel channel)
{
	bodies_free();
	assert_ok(world.deliveries.claim(world.deliveries.self, channel, LEASE_S, MAX, &batch));
	return batch.n;
}

static void
settle(const struct delivery_job *job, struct delivery_outcome outcome)
{
	assert_ok(world.deliveries.settle(world.deliveries.self, job, &outcome));
}

static void
release(bool away, uint32_t pause_ms)
{
	assert_ok(
		world.deliveries.release(world.deliveries.self, batch.destination, away, pause_ms));
}

static const struct delivery_outcome delivered = {.state = DELIVERY_DELIVERED, .tried = true};
static const struct delivery_outcome later = {
	.state = DELIVERY_WAITING, .pause_ms = 10000, .tried = true, .reason = "http-500"};

static void
note(void *arg, const struct notification *notification)
{
	*(struct notification *)arg = *notification;
}

/* The newest notification of somebody. */
static struct notification
last_of(uint64_t recipient_id)
{
	static struct notification last;
	uint64_t total;
	const struct notification_list list = {.recipient_id = recipient_id,
	                                       .paging = {.size = 1, .descending = true}};
	assert_ok(world.notifications.list(world.notifications.self, &list, note, &last, &total));
	assert_int_not_equal(total, 0);
	return last;
}

static const struct delivery *
by(const struct notification *notification, enum channel channel)
{
	for (size_t i = 0; i < notification->n_deliveries; i++)
		if (notification->deliveries[i].channel == channel)
			return &notification->deliveries[i];
	return NULL;
}

/* ---- where things go ---- */

static void
who_has_chosen_nothing_is_told_in_the_inbox_only(void **state)
{
	(void)state;
	const struct event event = booked(17, "");
	tell(&event, ROLE_GUEST);
	tell(&event, ROLE_HOST);
	assert_int_equal(last_of(LIFE_GUEST).n_deliveries, 1);
	assert_int_equal(last_of(LIFE_HOST).n_deliveries, 1);
	assert_int_equal(claim(CHANNEL_EMAIL), 0);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 0);
}

static void
a_guest_is_written_to_at_the_contact_of_the_booking(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	tell(&event, ROLE_HOST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_string_equal(jobs[0].target, "guest@example.com");
	assert_int_equal(jobs[0].attempts, 1);
	assert_int_equal(jobs[0].role, ROLE_GUEST);
	assert_int_equal(jobs[0].language, LANGUAGE_EN);
	assert_string_equal(jobs[0].message, "words");
	assert_string_equal(jobs[0].event.id, event.id);
	assert_int_equal(jobs[0].event.data.book.id, 17);
	assert_int_equal(strlen(jobs[0].body), jobs[0].body_len);
	assert_non_null(strstr(jobs[0].body, event.id));
	assert_true(jobs[0].age_s < 60);
	assert_int_equal(last_of(LIFE_HOST).n_deliveries, 1);
}

static void
the_settings_come_before_the_contact(void **state)
{
	(void)state;
	const struct event event = booked(17, "contact@example.com");
	wish(LIFE_GUEST, "chosen@example.com", "");
	tell(&event, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_string_equal(jobs[0].target, "chosen@example.com");
	assert_int_equal(jobs[0].language, LANGUAGE_KO);
}

static void
news_of_a_payment_goes_to_the_contact_whichever_comes_first(void **state)
{
	(void)state;
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	const struct event event = booked(17, "guest@example.com");
	tell(&paid, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_string_equal(jobs[0].target, "");
	settle(&jobs[0], (struct delivery_outcome){.state = DELIVERY_WAITING});
	release(false, 0);
	tell(&event, ROLE_GUEST);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(claim(CHANNEL_EMAIL), 1);
		assert_string_equal(jobs[0].target, "guest@example.com");
		assert_int_equal(jobs[0].attempts, 1);
		settle(&jobs[0], delivered);
		release(false, 0);
	}
	assert_int_equal(claim(CHANNEL_EMAIL), 0);
}

static void
what_waited_for_a_contact_that_has_no_address_is_dropped(void **state)
{
	(void)state;
	const struct event paid = life_payment(17, 1, PAY_APPROVED), event = booked(17, "");
	tell(&paid, ROLE_GUEST);
	assert_int_equal(last_of(LIFE_GUEST).n_deliveries, 2);
	tell(&event, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 0);
	release(false, 0);
	struct delivery_backlog backlog;
	assert_ok(world.deliveries.backlog(world.deliveries.self, &backlog));
	assert_int_equal(backlog.waiting[CHANNEL_EMAIL], 0);
}

static void
an_older_event_does_not_bring_back_an_older_contact(void **state)
{
	(void)state;
	struct event old = life_book(17, 2, BOOK_PAYMENT_PENDING);
	const struct event new = booked(17, "new@example.com");
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	strcpy(old.data.book.contact.email, "old@example.com");
	tell(&new, ROLE_GUEST);
	tell(&old, ROLE_GUEST);
	tell(&paid, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL) + claim(CHANNEL_EMAIL), 3);
	struct notification told = last_of(LIFE_GUEST);
	assert_int_equal(told.event, EVENT_PAYMENT_APPROVED);
	for (size_t i = 0; i < batch.n; i++)
		assert_string_equal(jobs[i].target, "new@example.com");
}

static void
where_no_mail_is_sent_none_waits(void **state)
{
	(void)state;
	const struct tell_rules off = {.fallback = LANGUAGE_EN};
	const struct event event = booked(17, "guest@example.com");
	tell_by(&event, ROLE_GUEST, &off);
	assert_int_equal(last_of(LIFE_GUEST).n_deliveries, 1);
}

static void
a_webhook_gets_what_was_chosen_when_it_was_told(void **state)
{
	(void)state;
	const struct event first = booked(17, ""), second = booked(18, "");
	wish(LIFE_HOST, "", HOOK);
	tell(&first, ROLE_HOST);
	wish(LIFE_HOST, "", "");
	tell(&second, ROLE_HOST);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 1);
	assert_string_equal(batch.destination, "https://hooks.example.com");
	assert_string_equal(jobs[0].target, HOOK);
	assert_int_equal(strncmp(jobs[0].secret, "whsec_", 6), 0);
	assert_string_equal(jobs[0].event.id, first.id);
	assert_int_equal(last_of(LIFE_HOST).n_deliveries, 1);
}

static void
a_secret_is_made_with_the_first_url_and_stays(void **state)
{
	(void)state;
	struct notification_settings settings = {.recipient_id = LIFE_HOST}, first, again, other;
	const struct notification_store *store = &world.notifications;
	assert_ok(store->settings_put(store->self, &settings, &first));
	assert_string_equal(first.webhook_secret, "");
	strcpy(settings.webhook_url, HOOK);
	strcpy(settings.webhook_secret, "whsec_chosen");
	assert_ok(store->settings_put(store->self, &settings, &first));
	assert_int_equal(strlen(first.webhook_secret), 50);
	assert_string_not_equal(first.webhook_secret, "whsec_chosen");
	*settings.webhook_url = '\0';
	assert_ok(store->settings_put(store->self, &settings, &again));
	assert_string_equal(again.webhook_secret, first.webhook_secret);
	assert_ok(store->settings_find(store->self, LIFE_HOST, &again));
	assert_string_equal(again.webhook_secret, first.webhook_secret);
	settings.recipient_id = LIFE_GUEST;
	strcpy(settings.webhook_url, HOOK);
	assert_ok(store->settings_put(store->self, &settings, &other));
	assert_string_not_equal(other.webhook_secret, first.webhook_secret);
}

/* ---- claiming and settling ---- */

static void
what_is_claimed_is_nobody_elses_until_the_lease_is_over(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_int_equal(claim(CHANNEL_EMAIL), 0);
	world.pass(LEASE_S + 1);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_int_equal(jobs[0].attempts, 2);
}

static void
who_lost_a_claim_settles_nothing(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	struct delivery_job lost = jobs[0];
	lost.body = NULL;
	world.pass(LEASE_S + 1);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	settle(&lost, (struct delivery_outcome){.state = DELIVERY_FAILED, .tried = true});
	struct notification told = last_of(LIFE_GUEST);
	assert_int_equal(by(&told, CHANNEL_EMAIL)->state, DELIVERY_WAITING);
	settle(&jobs[0], delivered);
	told = last_of(LIFE_GUEST);
	assert_int_equal(by(&told, CHANNEL_EMAIL)->state, DELIVERY_DELIVERED);
}

static void
what_was_delivered_is_not_delivered_again(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	settle(&jobs[0], delivered);
	release(false, 0);
	tell(&event, ROLE_GUEST);
	world.pass(100000);
	assert_int_equal(claim(CHANNEL_EMAIL), 0);
	struct notification told = last_of(LIFE_GUEST);
	const struct delivery *mail = by(&told, CHANNEL_EMAIL);
	assert_int_equal(mail->state, DELIVERY_DELIVERED);
	assert_int_equal(mail->attempts, 1);
	assert_true(mail->delivered_at > INT64_C(1600000000000));
	assert_int_equal(mail->next_at, 0);
	assert_string_equal(mail->reason, "");
}

static void
what_failed_is_tried_again_after_its_pause(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	settle(&jobs[0], later);
	release(false, 0);
	assert_int_equal(claim(CHANNEL_EMAIL), 0);
	struct notification told = last_of(LIFE_GUEST);
	const struct delivery *mail = by(&told, CHANNEL_EMAIL);
	assert_int_equal(mail->state, DELIVERY_WAITING);
	assert_int_equal(mail->attempts, 1);
	assert_string_equal(mail->reason, "http-500");
	assert_true(mail->next_at > INT64_C(1600000000000));
	world.pass(11);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_int_equal(jobs[0].attempts, 2);
	assert_true(jobs[0].age_s >= 10);
}

static void
a_claim_that_was_not_used_is_no_attempt(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	settle(&jobs[0], (struct delivery_outcome){.state = DELIVERY_WAITING});
	release(true, 0);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_int_equal(jobs[0].attempts, 1);
	assert_int_equal(batch.failures, 1);
}

static void
a_destination_that_is_away_holds_up_itself_only(void **state)
{
	(void)state;
	const struct event first = booked(17, ""), second = booked(18, "");
	wish(LIFE_HOST, "", "http://dead.example.com/x");
	tell(&first, ROLE_HOST);
	tell(&second, ROLE_HOST);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 2);
	settle(&jobs[0], (struct delivery_outcome){.state = DELIVERY_WAITING});
	settle(&jobs[1], (struct delivery_outcome){.state = DELIVERY_WAITING});
	release(true, 30000);
	wish(LIFE_HOST, "", "http://well.example.com/x");
	const struct event third = booked(19, "");
	tell(&third, ROLE_HOST);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 1);
	assert_string_equal(batch.destination, "http://well.example.com");
	assert_int_equal(batch.failures, 0);
	settle(&jobs[0], delivered);
	release(false, 0);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 0);
	world.pass(31);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 2);
	assert_int_equal(batch.failures, 1);
	release(false, 0);
}

static void
destinations_take_turns(void **state)
{
	(void)state;
	static const char *const urls[] = {"http://a.example.com/", "http://b.example.com/"};
	for (uint64_t i = 0; i < 2; i++) {
		wish(LIFE_HOST, "", urls[i]);
		for (uint64_t k = 0; k < 2; k++) {
			const struct event event = booked(20 + 2 * i + k, "");
			tell(&event, ROLE_HOST);
		}
	}
	char served[4][DESTINATION_SIZE];
	for (size_t i = 0; i < 4; i++) {
		bodies_free();
		assert_ok(world.deliveries.claim(world.deliveries.self, CHANNEL_WEBHOOK, LEASE_S, 1,
		                                 &batch));
		assert_int_equal(batch.n, 1);
		memcpy(served[i], batch.destination, DESTINATION_SIZE);
		settle(&jobs[0], delivered);
		release(false, 5);
		world.pass(1);
	}
	assert_string_not_equal(served[0], served[1]);
	assert_string_equal(served[0], served[2]);
	assert_string_equal(served[1], served[3]);
}

static void
a_claim_takes_no_more_than_was_asked_for(void **state)
{
	(void)state;
	wish(LIFE_HOST, "", HOOK);
	for (uint64_t i = 0; i < MAX + 2; i++) {
		const struct event event = booked(30 + i, "");
		tell(&event, ROLE_HOST);
	}
	assert_int_equal(claim(CHANNEL_WEBHOOK), MAX);
	for (size_t i = 0; i < MAX; i++)
		settle(&jobs[i], delivered);
	release(false, 0);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 2);
}

static void
what_waits_and_what_failed_is_counted(void **state)
{
	(void)state;
	struct delivery_backlog backlog;
	assert_ok(world.deliveries.backlog(world.deliveries.self, &backlog));
	assert_int_equal(backlog.oldest[CHANNEL_EMAIL], 0);
	assert_int_equal(backlog.oldest[CHANNEL_WEBHOOK], 0);
	const struct event event = booked(17, "guest@example.com");
	wish(LIFE_HOST, "", HOOK);
	tell(&event, ROLE_GUEST);
	tell(&event, ROLE_HOST);
	assert_int_equal(claim(CHANNEL_WEBHOOK), 1);
	settle(&jobs[0], (struct delivery_outcome){
				 .state = DELIVERY_FAILED, .tried = true, .reason = "http-410"});
	assert_ok(world.deliveries.backlog(world.deliveries.self, &backlog));
	assert_int_equal(backlog.waiting[CHANNEL_EMAIL], 1);
	assert_int_equal(backlog.waiting[CHANNEL_WEBHOOK], 0);
	assert_int_equal(backlog.failed[CHANNEL_EMAIL], 0);
	assert_int_equal(backlog.failed[CHANNEL_WEBHOOK], 1);
	assert_true(backlog.oldest[CHANNEL_EMAIL] > INT64_C(1600000000000));
	assert_int_equal(backlog.oldest[CHANNEL_WEBHOOK], 0);
}

/* ---- once more ---- */

static enum err
again(uint64_t id, uint64_t recipient_id, enum channel channel)
{
	struct notification found;
	const struct delivery_again asked = {.notification_id = id,
	                                     .recipient_id = recipient_id,
	                                     .channel = channel,
	                                     .rules = rules,
	                                     .pause_s = 30};
	return world.notifications.again(world.notifications.self, &asked, &found);
}

static void
what_was_delivered_goes_once_more_if_its_recipient_asks(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	const uint64_t id = last_of(LIFE_GUEST).id;
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	settle(&jobs[0], delivered);
	release(false, 0);
	wish(LIFE_GUEST, "new@example.com", "");
	assert_err(again(id, LIFE_HOST, CHANNEL_EMAIL), ERR_NOT_FOUND);
	assert_err(again(id + 1, LIFE_GUEST, CHANNEL_EMAIL), ERR_NOT_FOUND);
	assert_ok(again(id, LIFE_GUEST, CHANNEL_EMAIL));
	struct notification told = last_of(LIFE_GUEST);
	assert_int_equal(told.n_deliveries, 2);
	assert_int_equal(by(&told, CHANNEL_EMAIL)->state, DELIVERY_WAITING);
	assert_int_equal(by(&told, CHANNEL_EMAIL)->delivered_at, 0);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_string_equal(jobs[0].target, "new@example.com");
	assert_string_equal(jobs[0].event.id, event.id);
	settle(&jobs[0], delivered);
	release(false, 0);
	assert_err(again(id, LIFE_GUEST, CHANNEL_EMAIL), ERR_TOO_MANY);
	world.pass(31);
	assert_ok(again(id, LIFE_GUEST, CHANNEL_EMAIL));
}

static void
what_never_went_by_a_channel_goes_once_there_is_somewhere_to_go(void **state)
{
	(void)state;
	const struct event event = booked(17, "");
	tell(&event, ROLE_GUEST);
	const uint64_t id = last_of(LIFE_GUEST).id;
	assert_err(again(id, LIFE_GUEST, CHANNEL_WEBHOOK), ERR_INVALID);
	assert_err(again(id, LIFE_GUEST, CHANNEL_EMAIL), ERR_INVALID);
	wish(LIFE_GUEST, "", HOOK);
	assert_ok(again(id, LIFE_GUEST, CHANNEL_WEBHOOK));
	assert_int_equal(claim(CHANNEL_WEBHOOK), 1);
	assert_string_equal(jobs[0].target, HOOK);
}

static void
what_waits_is_tried_at_once_and_what_is_under_way_is_left_alone(void **state)
{
	(void)state;
	const struct event event = booked(17, "guest@example.com");
	tell(&event, ROLE_GUEST);
	const uint64_t id = last_of(LIFE_GUEST).id;
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_ok(again(id, LIFE_GUEST, CHANNEL_EMAIL));
	settle(&jobs[0], later);
	release(false, 0);
	assert_int_equal(claim(CHANNEL_EMAIL), 0);
	assert_ok(again(id, LIFE_GUEST, CHANNEL_EMAIL));
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_int_equal(jobs[0].attempts, 2);
}

/* ---- what is forgotten ---- */

#define OLD      INT64_C(1700000000000)
#define YOUNG    (OLD + 1000)
#define LONG_AGO INT64_C(1)
#define FAR_OFF  INT64_C(4000000000000)

static size_t
notifications_purged(instant_t before, size_t max)
{
	size_t n = 99;
	assert_ok(
		world.notifications.notifications_purge(world.notifications.self, before, max, &n));
	return n;
}

static size_t
deliveries_purged(instant_t before, size_t max)
{
	size_t n = 99;
	assert_ok(world.notifications.deliveries_purge(world.notifications.self, before, max, &n));
	return n;
}

static struct event
booked_at(uint64_t id, const char *contact, instant_t at)
{
	struct event event = booked(id, contact);
	event.time = at;
	return event;
}

static uint64_t
count_of(uint64_t recipient_id)
{
	struct notification last;
	uint64_t total;
	const struct notification_list list = {.recipient_id = recipient_id, .paging = {.size = 1}};
	assert_ok(world.notifications.list(world.notifications.self, &list, note, &last, &total));
	return total;
}

static void
what_was_forgotten_is_not_told_again(void **state)
{
	(void)state;
	const struct event old = booked_at(17, "", OLD), young = booked_at(18, "", YOUNG);
	tell(&old, ROLE_GUEST);
	tell(&old, ROLE_HOST);
	tell(&young, ROLE_GUEST);
	assert_int_equal(notifications_purged(OLD, 10), 0);
	assert_int_equal(notifications_purged(YOUNG, 10), 2);
	assert_int_equal(count_of(LIFE_GUEST), 1);
	assert_int_equal(last_of(LIFE_GUEST).book_id, 18);
	assert_int_equal(notifications_purged(LONG_AGO, 10), 0);
	tell(&old, ROLE_GUEST);
	tell(&young, ROLE_GUEST);
	tell(&young, ROLE_HOST);
	assert_int_equal(count_of(LIFE_GUEST), 1);
	assert_int_equal(count_of(LIFE_HOST), 1);
}

static void
an_old_event_still_says_where_its_guest_is_written_to(void **state)
{
	(void)state;
	const struct event old = booked_at(17, "guest@example.com", OLD);
	struct event paid = life_payment(17, 1, PAY_APPROVED);
	paid.time = YOUNG;
	assert_int_equal(notifications_purged(YOUNG, 10), 0);
	tell(&old, ROLE_GUEST);
	tell(&paid, ROLE_GUEST);
	assert_int_equal(count_of(LIFE_GUEST), 1);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_string_equal(jobs[0].target, "guest@example.com");
}

static void
notifications_are_forgotten_a_few_at_a_time(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= 3; id++) {
		const struct event event = booked_at(id, "", OLD);
		tell(&event, ROLE_GUEST);
	}
	assert_int_equal(notifications_purged(YOUNG, 2), 2);
	assert_int_equal(notifications_purged(YOUNG, 2), 1);
	assert_int_equal(count_of(LIFE_GUEST), 0);
}

static void
nothing_that_waits_is_forgotten(void **state)
{
	(void)state;
	const struct event event = booked_at(17, "guest@example.com", OLD);
	tell(&event, ROLE_GUEST);
	assert_int_equal(deliveries_purged(FAR_OFF, 10), 0);
	assert_int_equal(notifications_purged(FAR_OFF, 10), 0);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	assert_non_null(jobs[0].body);
	settle(&jobs[0], delivered);
	assert_int_equal(notifications_purged(FAR_OFF, 10), 1);
	assert_int_equal(count_of(LIFE_GUEST), 0);
	assert_err(again(jobs[0].notification_id, LIFE_GUEST, CHANNEL_EMAIL), ERR_NOT_FOUND);
}

static void
deliveries_that_ended_are_forgotten_with_their_event(void **state)
{
	(void)state;
	const struct event first = booked_at(17, "guest@example.com", OLD);
	const struct event second = booked_at(18, "guest@example.com", OLD);
	tell(&first, ROLE_GUEST);
	tell(&second, ROLE_GUEST);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	settle(&jobs[0], delivered);
	release(false, 0);
	assert_int_equal(claim(CHANNEL_EMAIL), 1);
	settle(&jobs[0], (struct delivery_outcome){
				 .state = DELIVERY_FAILED, .tried = true, .reason = "smtp-550"});
	assert_int_equal(deliveries_purged(LONG_AGO, 10), 0);
	assert_int_equal(deliveries_purged(FAR_OFF, 1), 2);
	assert_int_equal(deliveries_purged(FAR_OFF, 10), 2);
	assert_int_equal(deliveries_purged(FAR_OFF, 10), 0);
	assert_int_equal(count_of(LIFE_GUEST), 2);
	const struct notification left = last_of(LIFE_GUEST);
	assert_int_equal(left.n_deliveries, 1);
	assert_non_null(by(&left, CHANNEL_INBOX));
	assert_err(again(left.id, LIFE_GUEST, CHANNEL_EMAIL), ERR_STATE_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, empty, leave)

int
delivery_suite_run(const char *where, struct delivery_world in)
{
	const struct CMUnitTest tests[] = {
		TEST(who_has_chosen_nothing_is_told_in_the_inbox_only),
		TEST(a_guest_is_written_to_at_the_contact_of_the_booking),
		TEST(the_settings_come_before_the_contact),
		TEST(news_of_a_payment_goes_to_the_contact_whichever_comes_first),
		TEST(what_waited_for_a_contact_that_has_no_address_is_dropped),
		TEST(an_older_event_does_not_bring_back_an_older_contact),
		TEST(where_no_mail_is_sent_none_waits),
		TEST(a_webhook_gets_what_was_chosen_when_it_was_told),
		TEST(a_secret_is_made_with_the_first_url_and_stays),
		TEST(what_is_claimed_is_nobody_elses_until_the_lease_is_over),
		TEST(who_lost_a_claim_settles_nothing),
		TEST(what_was_delivered_is_not_delivered_again),
		TEST(what_failed_is_tried_again_after_its_pause),
		TEST(a_claim_that_was_not_used_is_no_attempt),
		TEST(a_destination_that_is_away_holds_up_itself_only),
		TEST(destinations_take_turns),
		TEST(a_claim_takes_no_more_than_was_asked_for),
		TEST(what_waits_and_what_failed_is_counted),
		TEST(what_was_delivered_goes_once_more_if_its_recipient_asks),
		TEST(what_never_went_by_a_channel_goes_once_there_is_somewhere_to_go),
		TEST(what_waits_is_tried_at_once_and_what_is_under_way_is_left_alone),
		TEST(what_was_forgotten_is_not_told_again),
		TEST(an_old_event_still_says_where_its_guest_is_written_to),
		TEST(notifications_are_forgotten_a_few_at_a_time),
		TEST(nothing_that_waits_is_forgotten),
		TEST(deliveries_that_ended_are_forgotten_with_their_event),
	};
	world = in;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
