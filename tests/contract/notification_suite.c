/* SPDX-License-Identifier: MIT */
/* notification_suite - the contract of every notification_store. */
#include "tests/contract/notification_suite.h"

#include "base/mem.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct notification_store store;
static void (*empty_store)(void);

static int
empty(void **state)
{
	(void)state;
	empty_store();
	return 0;
}

static enum err
mark(uint64_t id, uint64_t recipient_id, bool read, struct notification *ret_notification)
{
	const struct notification_mark asked = {
		.id = id, .recipient_id = recipient_id, .read = read};
	bool replayed;
	return store.mark(store.self, &asked, ret_notification, &replayed);
}

static enum err
settings_put(const struct notification_settings *settings,
             struct notification_settings *ret_settings)
{
	const struct notification_settings_change change = {.to = *settings};
	bool replayed;
	return store.settings_put(store.self, &change, ret_settings, &replayed);
}

/* ---- creating ---- */

static const char *const erased_messages[LANGUAGE_MAX] = {
	[LANGUAGE_EN] = "erased en", [LANGUAGE_KO] = "erased ko"};

/* The notification of an event, with the messages "<event> ko" and "<event> en". */
static struct new_notification
new_of(const struct event *event, enum role role)
{
	const char *name = event_kinds[event->type].name;
	struct new_notification new = {
		.event = event,
		.asked = LANGUAGE_MAX,
		.room_name = "",
		.erased_messages = erased_messages,
		.notification = {.book_id = event->correlation_id,
	                         .recipient_id = role == ROLE_HOST ? LIFE_HOST : LIFE_GUEST,
	                         .role = role,
	                         .event = event->type,
	                         .created_at = event->time}};
	memcpy(new.notification.event_id, event->id, sizeof(event->id));
	snprintf(new.messages[LANGUAGE_KO], MESSAGE_SIZE, "%s ko", name);
	snprintf(new.messages[LANGUAGE_EN], MESSAGE_SIZE, "%s en", name);
	return new;
}

static const struct notification_rules rules = {.fallback = LANGUAGE_EN, .by_email = true};

static void create(struct new_notification new)
{
	assert_ok(store.create(store.self, &new, 1, &rules));
}

struct seen {
	struct notification list[40];
	size_t n;
	uint64_t total;
};

static void
note(void *arg, const struct notification *notification)
{
	struct seen *seen = arg;
	assert_true(seen->n < ARRAY_SIZE(seen->list));
	seen->list[seen->n++] = *notification;
}

static struct seen
list(struct notification_list asked)
{
	struct seen seen = {.n = 0};
	if (!asked.paging.size)
		asked.paging.size = 20;
	assert_ok(store.list(store.self, &asked, note, &seen, &seen.total));
	return seen;
}

static struct seen
seen_by(uint64_t recipient_id)
{
	return list(
		(struct notification_list){.recipient_id = recipient_id, .event = EVENT_TYPE_MAX});
}

static void
a_created_notification_is_in_the_inbox_of_its_recipient(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	create(new_of(&booked, ROLE_GUEST));
	const struct seen seen = seen_by(LIFE_GUEST);
	const struct notification *notification = &seen.list[0];
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.total, 1);
	assert_int_not_equal(notification->id, 0);
	assert_int_equal(notification->book_id, 17);
	assert_int_equal(notification->recipient_id, LIFE_GUEST);
	assert_int_equal(notification->role, ROLE_GUEST);
	assert_string_equal(notification->event_id, booked.id);
	assert_int_equal(notification->event, EVENT_BOOKED);
	assert_string_equal(notification->message, "Booked en");
	assert_int_equal(notification->created_at, booked.time);
	assert_false(notification->read);
	assert_int_equal(notification->n_deliveries, 1);
	assert_int_equal(notification->deliveries[0].channel, CHANNEL_INBOX);
	assert_int_equal(notification->deliveries[0].state, DELIVERY_DELIVERED);
	assert_int_equal(notification->deliveries[0].attempts, 1);
	assert_true(notification->deliveries[0].delivered_at > INT64_C(1600000000000));
	assert_int_equal(seen_by(LIFE_HOST).n, 0);
}

static void
a_redelivered_event_creates_one_notification_per_role(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	const struct new_notification both[] = {new_of(&booked, ROLE_HOST),
	                                        new_of(&booked, ROLE_GUEST),
	                                        new_of(&booked, ROLE_HOST)};
	for (int i = 0; i < 3; i++)
		assert_ok(store.create(store.self, both, ARRAY_SIZE(both), &rules));
	assert_int_equal(seen_by(LIFE_GUEST).total, 1);
	assert_int_equal(seen_by(LIFE_HOST).total, 1);
}

static void
a_guest_who_is_also_the_host_gets_both_notifications(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct new_notification guest = new_of(&booked, ROLE_GUEST),
				host = new_of(&booked, ROLE_HOST);
	host.notification.recipient_id = LIFE_GUEST;
	create(guest);
	create(host);
	assert_int_equal(seen_by(LIFE_GUEST).total, 2);
}

static void
a_notification_about_a_room_has_no_booking(void **state)
{
	(void)state;
	const struct event registered = life_room(LIFE_ROOM, 1, "Room");
	create(new_of(&registered, ROLE_HOST));
	assert_int_equal(seen_by(LIFE_HOST).list[0].book_id, 0);
	assert_int_equal(seen_by(LIFE_HOST).list[0].event, EVENT_ROOM_REGISTERED);
}

/* ---- claims ---- */

static struct new_notification
new_of_nobody(const struct event *event)
{
	struct new_notification new = new_of(event, ROLE_GUEST);
	new.notification.recipient_id = 0;
	return new;
}

/* The notification that says that the account has claimed booking 17. */
static struct new_notification
new_of_claim(const struct event *claim)
{
	struct new_notification new = new_of(claim, ROLE_GUEST);
	new.notification.recipient_id = LIFE_CLAIMER;
	return new;
}

static void
a_claim_takes_the_notifications_of_its_booking_from_nobody_to_the_account(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 2, BOOK_BOOKED),
			   other = life_book(18, 2, BOOK_BOOKED),
			   paid = life_payment(17, 1, PAY_APPROVED),
			   claimed = life_claim(17, 3, BOOK_BOOKED);
	create(new_of_nobody(&booked));
	create(new_of(&booked, ROLE_HOST));
	create(new_of_nobody(&paid));
	create(new_of_nobody(&other));
	const uint64_t id = seen_by(0).list[0].id;
	create(new_of_claim(&claimed));
	create(new_of_claim(&claimed));
	struct notification found;
	assert_int_equal(seen_by(LIFE_CLAIMER).total, 3);
	assert_int_equal(seen_by(LIFE_CLAIMER).list[0].key_version, BOOK_KEY_FIRST + 1);
	assert_int_equal(seen_by(0).total, 1);
	assert_int_equal(seen_by(0).list[0].book_id, 18);
	assert_int_equal(seen_by(0).list[0].key_version, BOOK_KEY_FIRST);
	assert_int_equal(seen_by(LIFE_HOST).total, 1);
	assert_err(store.find(store.self, id, 0, &found), ERR_NOT_FOUND);
	assert_ok(store.find(store.self, id, LIFE_CLAIMER, &found));
	assert_ok(mark(id, LIFE_CLAIMER, true, &found));
}

static void
an_event_from_before_the_claim_that_comes_after_it_is_for_the_account(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 2, BOOK_BOOKED),
			   paid = life_payment(17, 1, PAY_APPROVED),
			   claimed = life_claim(17, 3, BOOK_BOOKED);
	create(new_of_claim(&claimed));
	create(new_of_nobody(&paid));
	create(new_of_nobody(&booked));
	assert_int_equal(seen_by(0).total, 0);
	assert_int_equal(seen_by(LIFE_CLAIMER).total, 3);
}

static void
the_key_from_before_the_claim_lists_nothing(void **state)
{
	(void)state;
	struct notification_list asked = {.recipient_id = 0,
	                                  .book_id = 17,
	                                  .event = EVENT_TYPE_MAX,
	                                  .key_version = BOOK_KEY_FIRST};
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	struct event revoked = life_book(17, 3, BOOK_BOOKED);
	create(new_of_nobody(&paid));
	assert_int_equal(list(asked).total, 1);
	revoked.data.book.key_version = BOOK_KEY_FIRST + 1; /* and still nobody's */
	revoked.data.book.guest_id = 0;
	create(new_of_nobody(&revoked));
	assert_int_equal(list(asked).total, 0);
	asked.key_version = BOOK_KEY_FIRST + 1;
	assert_int_equal(list(asked).total, 2);
	asked.key_version = 0;
	assert_int_equal(list(asked).total, 2);
}

/* ---- erasures ---- */

static void
erase(uint64_t book_id, uint64_t version)
{
	const struct event event = life_erasure(book_id, version, BOOK_BOOKED);
	assert_ok(store.erase(store.self, &event, 1, erased_messages));
}

static void
an_erasure_overwrites_the_messages_that_name_the_guest_and_no_others(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 2, BOOK_BOOKED),
			   other = life_book(18, 2, BOOK_BOOKED);
	const struct notification_settings korean = {.recipient_id = LIFE_HOST,
	                                             .language = LANGUAGE_KO};
	struct notification_settings found;
	assert_ok(settings_put(&korean, &found));
	create(new_of(&booked, ROLE_GUEST));
	create(new_of(&booked, ROLE_HOST));
	create(new_of(&other, ROLE_HOST));
	erase(17, 3);
	erase(17, 3);
	assert_string_equal(seen_by(LIFE_GUEST).list[0].message, "Booked en");
	const struct seen host = seen_by(LIFE_HOST);
	assert_int_equal(host.total, 2);
	for (size_t i = 0; i < host.n; i++)
		assert_string_equal(host.list[i].message,
		                    host.list[i].book_id == 17 ? "erased ko" : "Booked ko");
}

static void
an_event_from_before_the_erasure_that_comes_after_it_names_nobody(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 2, BOOK_BOOKED),
			   later = life_book(17, 4, BOOK_CANCELED);
	create(new_of(&later, ROLE_HOST));
	erase(17, 3);
	create(new_of(&booked, ROLE_HOST));
	create(new_of(&booked, ROLE_GUEST));
	assert_string_equal(seen_by(LIFE_GUEST).list[0].message, "Booked en");
	const struct seen host = seen_by(LIFE_HOST);
	assert_int_equal(host.total, 2);
	for (size_t i = 0; i < host.n; i++)
		assert_string_equal(host.list[i].message, "erased en");
}

static void
after_the_erasure_the_key_from_before_lists_nothing(void **state)
{
	(void)state;
	struct notification_list asked = {.recipient_id = 0,
	                                  .book_id = 17,
	                                  .event = EVENT_TYPE_MAX,
	                                  .key_version = BOOK_KEY_FIRST};
	const struct event paid = life_payment(17, 1, PAY_APPROVED);
	create(new_of_nobody(&paid));
	assert_int_equal(list(asked).total, 1);
	struct event erased = life_erasure(17, 3, BOOK_BOOKED);
	erased.data.book.guest_id = 0;
	assert_ok(store.erase(store.self, &erased, 1, erased_messages));
	assert_int_equal(list(asked).total, 0);
	asked.key_version = 0;
	assert_int_equal(list(asked).total, 1);
}

static void
every_event_type_can_be_stored(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		const enum aggregate aggregate = event_kinds[type].aggregate;
		struct event event = aggregate == AGGREGATE_ROOM ? life_room(LIFE_ROOM, 1, "Room")
		                     : aggregate == AGGREGATE_BOOK
		                             ? life_book(17, 3, BOOK_BOOKED)
		                             : life_payment(17, 1, PAY_APPROVED);
		event.type = (enum event_type)type;
		assert_ok(uuid_v7(event.id));
		create(new_of(&event, ROLE_GUEST));
	}
	assert_int_equal(seen_by(LIFE_GUEST).total, EVENT_TYPE_MAX);
}

static void
a_message_is_returned_unchanged(void **state)
{
	(void)state;
	static const char text[] = "Hello, 홍길동's \"50% off\" <b>\\_;--\nroom 🏨";
	const struct event booked = life_book(17, 3, BOOK_BOOKED),
			   other = life_book(18, 3, BOOK_BOOKED);
	struct new_notification new = new_of(&booked, ROLE_GUEST),
				longest = new_of(&other, ROLE_HOST);
	memcpy(new.messages[LANGUAGE_EN], text, sizeof(text));
	memset(longest.messages[LANGUAGE_EN], 'x', MESSAGE_SIZE - 1);
	create(new);
	create(longest);
	assert_string_equal(seen_by(LIFE_GUEST).list[0].message, text);
	assert_string_equal(seen_by(LIFE_HOST).list[0].message, longest.messages[LANGUAGE_EN]);
}

static void
an_empty_list_changes_nothing(void **state)
{
	(void)state;
	assert_ok(store.create(store.self, NULL, 0, &rules));
	assert_int_equal(seen_by(LIFE_GUEST).total, 0);
}

/* ---- settings ---- */

static void
settings_that_were_never_stored_are_empty(void **state)
{
	(void)state;
	struct notification_settings found;
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_int_equal(found.recipient_id, LIFE_GUEST);
	assert_string_equal(found.email, "");
	assert_string_equal(found.webhook_url, "");
	assert_int_equal(found.language, LANGUAGE_MAX);
}

static void
new_settings_replace_the_old_ones(void **state)
{
	(void)state;
	struct notification_settings wanted = {.recipient_id = LIFE_GUEST,
	                                       .email = "guest@example.com",
	                                       .webhook_url = "https://example.com/hook?a=1",
	                                       .language = LANGUAGE_KO};
	struct notification_settings found;
	assert_ok(settings_put(&wanted, &found));
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_string_equal(found.email, "guest@example.com");
	assert_string_equal(found.webhook_url, "https://example.com/hook?a=1");
	assert_int_equal(found.language, LANGUAGE_KO);
	wanted = (struct notification_settings){.recipient_id = LIFE_GUEST,
	                                        .language = LANGUAGE_MAX};
	assert_ok(settings_put(&wanted, &found));
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_string_equal(found.email, "");
	assert_int_equal(found.language, LANGUAGE_MAX);
	assert_ok(store.settings_find(store.self, LIFE_HOST, &found));
	assert_int_equal(found.recipient_id, LIFE_HOST);
}

static void
a_message_is_in_the_language_chosen_when_it_is_created(void **state)
{
	(void)state;
	const struct event first = life_book(17, 2, BOOK_PAYMENT_PENDING);
	const struct event second = life_book(17, 3, BOOK_BOOKED);
	const struct event third = life_book(17, 4, BOOK_CANCELED);
	struct notification_settings wanted = {.recipient_id = LIFE_GUEST, .language = LANGUAGE_KO};
	struct notification_settings found;
	create(new_of(&first, ROLE_GUEST));
	assert_ok(settings_put(&wanted, &found));
	create(new_of(&second, ROLE_GUEST));
	create(new_of(&second, ROLE_HOST));
	wanted.language = LANGUAGE_MAX;
	assert_ok(settings_put(&wanted, &found));
	create(new_of(&third, ROLE_GUEST));
	const struct seen seen = seen_by(LIFE_GUEST);
	assert_string_equal(seen.list[0].message, "BookPending en");
	assert_string_equal(seen.list[1].message, "Booked ko");
	assert_string_equal(seen.list[2].message, "BookCanceled en");
	assert_string_equal(seen_by(LIFE_HOST).list[0].message, "Booked en");
}

static void
the_language_that_was_asked_for_comes_after_the_chosen_one(void **state)
{
	(void)state;
	const struct event first = life_book(17, 2, BOOK_PAYMENT_PENDING);
	const struct event second = life_book(17, 3, BOOK_BOOKED);
	const struct notification_settings wanted = {.recipient_id = LIFE_GUEST,
	                                             .language = LANGUAGE_EN};
	struct new_notification new = new_of(&first, ROLE_GUEST);
	struct notification_settings found;
	new.asked = LANGUAGE_KO;
	create(new);
	assert_ok(settings_put(&wanted, &found));
	new = new_of(&second, ROLE_GUEST);
	new.asked = LANGUAGE_KO;
	create(new);
	const struct seen seen = seen_by(LIFE_GUEST);
	assert_string_equal(seen.list[0].message, "BookPending ko");
	assert_string_equal(seen.list[1].message, "Booked en");
}

/* ---- rooms ---- */

static void
the_newest_label_of_a_room_is_learned_in_any_order(void **state)
{
	(void)state;
	struct event *events = calloc(5, sizeof(*events));
	struct room_label *labels = calloc(5, sizeof(*labels));
	assert_non_null(events);
	assert_non_null(labels);
	events[0] = life_book(17, 3, BOOK_BOOKED);
	events[1] = life_room(LIFE_ROOM, 3, "new 바다");
	events[2] = life_room(LIFE_ROOM, 2, "old");
	events[3] = life_payment(18, 1, PAY_APPROVED);
	events[4] = life_room(LIFE_ROOM + 1, 1, "other");
	memcpy(events[1].data.room.language, "ko", LANGUAGE_TEXT);
	assert_ok(store.rooms_learn(store.self, events, 1, labels));
	assert_string_equal(labels[0].name, "");
	assert_string_equal(labels[0].language, "");
	for (int i = 0; i < 2; i++) {
		assert_ok(store.rooms_learn(store.self, events, 5, labels));
		for (size_t k = 0; k < 4; k++) {
			assert_string_equal(labels[k].name, "new 바다");
			assert_string_equal(labels[k].language, "ko");
		}
		assert_string_equal(labels[4].name, "other");
	}
	assert_ok(store.rooms_learn(store.self, &events[2], 1, labels));
	assert_string_equal(labels[0].name, "new 바다");
	free(events);
	free(labels);
}

/* ---- one notification ---- */

static void
a_notification_is_found_and_marked_by_its_recipient_only(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct notification found;
	create(new_of(&booked, ROLE_GUEST));
	const uint64_t id = seen_by(LIFE_GUEST).list[0].id;
	assert_err(store.find(store.self, id, LIFE_HOST, &found), ERR_NOT_FOUND);
	assert_err(mark(id, LIFE_HOST, true, &found), ERR_NOT_FOUND);
	assert_err(store.find(store.self, id + 1, LIFE_GUEST, &found), ERR_NOT_FOUND);
	assert_err(mark(id + 1, LIFE_GUEST, true, &found), ERR_NOT_FOUND);
	assert_ok(store.find(store.self, id, LIFE_GUEST, &found));
	assert_false(found.read);
	assert_string_equal(found.message, "Booked en");
	assert_int_equal(found.n_deliveries, 1);
}

static void
a_notification_can_be_marked_read_and_unread_repeatedly(void **state)
{
	(void)state;
	static const bool marks[] = {true, true, false, false, true};
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct notification found;
	create(new_of(&booked, ROLE_GUEST));
	const uint64_t id = seen_by(LIFE_GUEST).list[0].id;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		assert_ok(mark(id, LIFE_GUEST, marks[i], &found));
		assert_int_equal(found.read, marks[i]);
		assert_string_equal(found.message, "Booked en");
		assert_ok(store.find(store.self, id, LIFE_GUEST, &found));
		assert_int_equal(found.read, marks[i]);
	}
}

static void
a_redelivered_event_leaves_a_read_notification_read(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct notification found;
	create(new_of(&booked, ROLE_GUEST));
	const uint64_t id = seen_by(LIFE_GUEST).list[0].id;
	assert_ok(mark(id, LIFE_GUEST, true, &found));
	create(new_of(&booked, ROLE_GUEST));
	assert_ok(store.find(store.self, id, LIFE_GUEST, &found));
	assert_true(found.read);
}

/* ---- conditions and keys ---- */

static const struct idempotency key = {.key = "k", .scope = "3:1 POST /", .fingerprint = {1}};

static void
a_mark_is_made_only_to_the_state_that_its_condition_demands(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct notification found;
	bool replayed;
	create(new_of(&booked, ROLE_GUEST));
	const struct notification unread = seen_by(LIFE_GUEST).list[0];
	struct notification_mark asked = {
		.id = unread.id, .recipient_id = LIFE_GUEST, .read = true};
	asked.condition = IF_NONE_MATCH(notification_tag(&unread));
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	asked.condition = IF_NONE_MATCH_ANY;
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	asked.condition = IF_MATCH(notification_tag(&unread) + 1);
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	assert_false(seen_by(LIFE_GUEST).list[0].read);
	asked.condition = IF_MATCH(notification_tag(&unread));
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
	assert_true(notification_tag(&found) != notification_tag(&unread));
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	asked.condition = IF_MATCH_ANY;
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
}

static void
a_mark_with_a_key_is_made_once(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct notification found;
	bool replayed;
	create(new_of(&booked, ROLE_GUEST));
	struct notification_mark asked = {.id = seen_by(LIFE_GUEST).list[0].id,
	                                  .recipient_id = LIFE_GUEST,
	                                  .read = true,
	                                  .key = key};
	assert_err(store.key_find(store.self, &key), ERR_NOT_FOUND);
	asked.condition = IF_NONE_MATCH_ANY;
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	assert_err(store.key_find(store.self, &key), ERR_NOT_FOUND);
	asked.condition = IF_MATCH_ANY;
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
	assert_false(replayed);
	assert_ok(store.key_find(store.self, &key));
	assert_ok(mark(asked.id, LIFE_GUEST, false, &found));
	asked.condition = IF_NONE_MATCH_ANY; /* the key is looked at first */
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
	assert_true(replayed);
	assert_false(found.read);
	asked.key.fingerprint[0] = 2;
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_KEY_REUSED);
	assert_err(store.key_find(store.self, &asked.key), ERR_KEY_REUSED);
}

/* Also settings that nobody has chosen yet. */
static void
settings_are_replaced_only_in_the_state_that_the_condition_demands(void **state)
{
	(void)state;
	struct notification_settings first, found;
	struct notification_settings_change change = {.to = {.recipient_id = LIFE_GUEST,
	                                                     .email = "a@example.com",
	                                                     .language = LANGUAGE_KO}};
	bool replayed;
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &first));
	change.condition = IF_NONE_MATCH(notification_settings_tag(&first));
	assert_err(store.settings_put(store.self, &change, &found, &replayed),
	           ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(notification_settings_tag(&first) + 1);
	assert_err(store.settings_put(store.self, &change, &found, &replayed),
	           ERR_VERSION_CONFLICT);
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_string_equal(found.email, "");
	change.condition = IF_MATCH(notification_settings_tag(&first));
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_err(store.settings_put(store.self, &change, &found, &replayed),
	           ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(notification_settings_tag(&found));
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
}

static void
settings_with_a_key_are_replaced_once(void **state)
{
	(void)state;
	struct notification_settings_change change = {.to = {.recipient_id = LIFE_GUEST,
	                                                     .email = "a@example.com",
	                                                     .language = LANGUAGE_KO},
	                                              .key = key};
	struct notification_settings later = {
		.recipient_id = LIFE_GUEST, .email = "b@example.com", .language = LANGUAGE_MAX};
	struct notification_settings found;
	bool replayed;
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_false(replayed);
	assert_ok(settings_put(&later, &found));
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_true(replayed);
	assert_string_equal(found.email, "b@example.com");
	change.key.fingerprint[0] = 2;
	assert_err(store.settings_put(store.self, &change, &found, &replayed), ERR_KEY_REUSED);
}

static void
old_keys_are_purged(void **state)
{
	(void)state;
	const struct notification_settings_change change = {
		.to = {.recipient_id = LIFE_GUEST, .language = LANGUAGE_MAX}, .key = key};
	struct notification_settings found;
	bool replayed;
	size_t n = 9;
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_ok(store.keys_purge(store.self, instant_now() - 60000, 5, &n));
	assert_int_equal(n, 0);
	assert_ok(store.keys_purge(store.self, instant_now() + 60000, 5, &n));
	assert_int_equal(n, 1);
	assert_err(store.key_find(store.self, &key), ERR_NOT_FOUND);
}

/* ---- lists ---- */

/* Created in the order of bookings 3, 1, 2, which is not that of their times. */
static void
tell_three(void)
{
	const struct event events[] = {life_book(3, 5, BOOK_BOOKED), life_book(1, 6, BOOK_BOOKED),
	                               life_book(2, 4, BOOK_BOOKED)};
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		create(new_of(&events[i], ROLE_GUEST));
}

static void
assert_books(struct seen seen, uint64_t total, const uint64_t ids[], size_t n)
{
	assert_int_equal(seen.total, total);
	assert_int_equal(seen.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(seen.list[i].book_id, ids[i]);
}

static void
a_list_is_sorted_by_each_column_in_both_directions(void **state)
{
	(void)state;
	static const uint64_t sorts[NOTIFICATION_SORT_MAX][3] = {
		[NOTIFICATION_SORT_ID] = {3, 1, 2}, [NOTIFICATION_SORT_CREATED_AT] = {2, 3, 1}};
	tell_three();
	for (unsigned sort = 0; sort < NOTIFICATION_SORT_MAX; sort++) {
		const uint64_t *up = sorts[sort], down[] = {up[2], up[1], up[0]};
		struct notification_list asked = {.event = EVENT_TYPE_MAX,
		                                  .recipient_id = LIFE_GUEST,
		                                  .paging = {.size = 20, .sort = sort}};
		assert_books(list(asked), 3, up, 3);
		asked.paging.descending = true;
		assert_books(list(asked), 3, down, 3);
	}
}

static void
the_pages_of_a_list_contain_every_row_once(void **state)
{
	(void)state;
	tell_three();
	struct notification_list asked = {
		.event = EVENT_TYPE_MAX, .recipient_id = LIFE_GUEST, .paging = {.size = 2}};
	assert_books(list(asked), 3, (const uint64_t[]){3, 1}, 2);
	asked.paging.page = 1;
	assert_books(list(asked), 3, (const uint64_t[]){2}, 1);
	asked.paging.page = 2;
	assert_books(list(asked), 3, NULL, 0);
}

static void
a_list_can_be_filtered_by_booking_time_and_by_unread(void **state)
{
	(void)state;
	struct notification found;
	tell_three();
	const struct notification_list of_one = {
		.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX, .book_id = 1};
	const struct notification_list unread = {
		.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX, .unread_only = true};
	const uint64_t id = seen_by(LIFE_GUEST).list[0].id;
	assert_ok(mark(id, LIFE_GUEST, true, &found));
	assert_books(list(of_one), 1, (const uint64_t[]){1}, 1);
	struct notification_list narrow = {
		.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX, .of_read = true, .read = true};
	assert_books(list(narrow), 1, (const uint64_t[]){3}, 1);
	narrow.read = false;
	assert_books(list(narrow), 2, (const uint64_t[]){1, 2}, 2);
	narrow.of_read = false;
	narrow.role = ROLE_HOST;
	assert_books(list(narrow), 0, NULL, 0);
	narrow.role = ROLE_GUEST;
	narrow.event = EVENT_ROOM_DELETED;
	assert_books(list(narrow), 0, NULL, 0);
	narrow.event = seen_by(LIFE_GUEST).list[0].event;
	assert_true(list(narrow).total > 0);
	struct notification_list created = {.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX};
	created.from = life_book(3, 5, BOOK_BOOKED).time; /* between that of 2 and that of 1 */
	assert_books(list(created), 2, (const uint64_t[]){3, 1}, 2);
	created.until = created.from + 1;
	assert_books(list(created), 1, (const uint64_t[]){3}, 1);
	created.from = 0;
	assert_books(list(created), 2, (const uint64_t[]){3, 2}, 2);
	created.until--;
	assert_books(list(created), 1, (const uint64_t[]){2}, 1);
	assert_books(list(unread), 2, (const uint64_t[]){1, 2}, 2);
	assert_books(seen_by(LIFE_GUEST), 3, (const uint64_t[]){3, 1, 2}, 3);
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
notification_suite_run(const char *where, struct notification_store on, void (*emptying)(void))
{
	const struct CMUnitTest tests[] = {
		TEST(a_created_notification_is_in_the_inbox_of_its_recipient),
		TEST(a_redelivered_event_creates_one_notification_per_role),
		TEST(a_guest_who_is_also_the_host_gets_both_notifications),
		TEST(a_notification_about_a_room_has_no_booking),
		TEST(every_event_type_can_be_stored),
		TEST(a_claim_takes_the_notifications_of_its_booking_from_nobody_to_the_account),
		TEST(an_event_from_before_the_claim_that_comes_after_it_is_for_the_account),
		TEST(the_key_from_before_the_claim_lists_nothing),
		TEST(an_erasure_overwrites_the_messages_that_name_the_guest_and_no_others),
		TEST(an_event_from_before_the_erasure_that_comes_after_it_names_nobody),
		TEST(after_the_erasure_the_key_from_before_lists_nothing),
		TEST(a_message_is_returned_unchanged),
		TEST(an_empty_list_changes_nothing),
		TEST(settings_that_were_never_stored_are_empty),
		TEST(new_settings_replace_the_old_ones),
		TEST(a_message_is_in_the_language_chosen_when_it_is_created),
		TEST(the_language_that_was_asked_for_comes_after_the_chosen_one),
		TEST(the_newest_label_of_a_room_is_learned_in_any_order),
		TEST(a_notification_is_found_and_marked_by_its_recipient_only),
		TEST(a_mark_is_made_only_to_the_state_that_its_condition_demands),
		TEST(a_mark_with_a_key_is_made_once),
		TEST(settings_are_replaced_only_in_the_state_that_the_condition_demands),
		TEST(settings_with_a_key_are_replaced_once),
		TEST(old_keys_are_purged),
		TEST(a_notification_can_be_marked_read_and_unread_repeatedly),
		TEST(a_redelivered_event_leaves_a_read_notification_read),
		TEST(a_list_is_sorted_by_each_column_in_both_directions),
		TEST(the_pages_of_a_list_contain_every_row_once),
		TEST(a_list_can_be_filtered_by_booking_time_and_by_unread),
	};
	store = on;
	empty_store = emptying;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
