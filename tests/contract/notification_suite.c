/* SPDX-License-Identifier: MIT */
/* notification_suite - the contract of every notification_store. */
#include "tests/contract/notification_suite_parts.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct notification_store store;
static void (*empty_store)(void);

int
empty(void **state)
{
	(void)state;
	empty_store();
	return 0;
}

enum err
mark(uint64_t id, uint64_t recipient_id, bool read, struct notification *ret_notification)
{
	const struct notification_mark asked = {
		.id = id, .recipient_id = recipient_id, .read = read};
	bool replayed;
	return store.mark(store.self, &asked, ret_notification, &replayed);
}

enum err
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

struct new_notification
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

const struct notification_rules rules = {.fallback = LANGUAGE_EN, .by_email = true};

void create(struct new_notification new)
{
	assert_ok(store.create(store.self, &new, 1, &rules));
}

static void
note(void *arg, const struct notification *notification)
{
	struct seen *seen = arg;
	assert_true(seen->n < ARRAY_SIZE(seen->list));
	seen->list[seen->n++] = *notification;
}

struct seen
list(struct notification_list asked)
{
	struct seen seen = {.n = 0};
	if (!asked.paging.size)
		asked.paging.size = 20;
	assert_ok(store.list(store.self, &asked, note, &seen, &seen.total));
	return seen;
}

struct seen
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
		TEST(the_newest_label_of_a_room_is_learned_in_any_order),
		TEST(a_notification_is_found_and_marked_by_its_recipient_only),
		TEST(a_notification_can_be_marked_read_and_unread_repeatedly),
		TEST(a_redelivered_event_leaves_a_read_notification_read),
	};
	store = on;
	empty_store = emptying;
	int failed = cmocka_run_group_tests_name(where, tests, NULL, NULL);
	failed += notification_suite_lists(where);
	return failed;
}
