/* SPDX-License-Identifier: MIT */
/* Notifications: who gets which, and in which words. */
#include "tests/unit/test.h"

#include "app/alarm/notify.h"
#include "base/text.h"
#include "tests/fakes/notification_fake.h"

#include <stdlib.h>
#include <string.h>

#define GUEST UINT64_C(7)
#define HOST  UINT64_C(8)

static struct event
event_of(enum event_type type)
{
	struct event event = {.id = "0190a5b2-0000-7000-8000-000000000001",
	                      .type = type,
	                      .time = 1000,
	                      .sequence = 2};
	struct stay stay = {20001, 20004};
	switch (event_kinds[type].aggregate) {
	case AGGREGATE_ROOM:
		event.data.room = (struct room){.id = 1,
		                                .host_id = HOST,
		                                .name = "Sea view",
		                                .price = 1500,
		                                .currency = "KRW"};
		break;
	case AGGREGATE_BOOK:
		event.data.book = (struct book){.id = 17,
		                                .reference = "ABCDEFGH",
		                                .room_id = 1,
		                                .host_id = HOST,
		                                .guest_id = GUEST,
		                                .stay = stay,
		                                .price = 4500,
		                                .currency = "KRW",
		                                .contact = {.name = "Kim"}};
		break;
	case AGGREGATE_PAYMENT:
		event.data.payment = (struct payment){.id = 3,
		                                      .book_id = 17,
		                                      .room_id = 1,
		                                      .host_id = HOST,
		                                      .guest_id = GUEST,
		                                      .stay = stay,
		                                      .price = 4500,
		                                      .currency = "KRW"};
		break;
	}
	return event;
}

/* The recipients of each event, as the contract says. */
static const struct {
	bool guest, host;
} expected[EVENT_TYPE_MAX] = {
	[EVENT_ROOM_REGISTERED] = {false, true},
	[EVENT_ROOM_CHANGED] = {false, true},
	[EVENT_ROOM_DELETED] = {false, true},
	[EVENT_BOOK_PENDING] = {true, false},
	[EVENT_BOOKED] = {true, true},
	[EVENT_BOOK_REJECTED] = {true, false},
	[EVENT_BOOK_EXPIRED] = {true, false},
	[EVENT_BOOK_CANCELED] = {true, true},
	[EVENT_PAYMENT_APPROVED] = {true, false},
	[EVENT_PAYMENT_DECLINED] = {true, false},
	[EVENT_PAYMENT_CANCELED] = {true, false},
};

static void
the_guest_is_notified_of_every_change_and_the_host_of_those_of_the_room(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = event_of((enum event_type)type);
		size_t n = notification_compose(&event, "Hello", list);
		bool guest = false, host = false;
		for (size_t i = 0; i < n; i++) {
			const struct notification *one = &list[i].notification;
			guest |= one->role == ROLE_GUEST && one->recipient_id == GUEST;
			host |= one->role == ROLE_HOST && one->recipient_id == HOST;
			assert_string_equal(one->event_id, event.id);
			assert_int_equal(one->event, type);
		}
		assert_int_equal(guest, expected[type].guest);
		assert_int_equal(host, expected[type].host);
		assert_int_equal(n, expected[type].guest + expected[type].host);
	}
}

static void
every_message_starts_with_the_prefix_and_replaces_every_placeholder(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = event_of((enum event_type)type);
		size_t n = notification_compose(&event, "안녕하세요", list);
		for (size_t i = 0; i < n; i++) {
			for (int language = 0; language < LANGUAGE_MAX; language++) {
				const char *message = list[i].messages[language];
				assert_ptr_equal(strstr(message, "안녕하세요, "), message);
				assert_null(strpbrk(message, "{}"));
				assert_true(strlen(message) > strlen("안녕하세요, ") + 10);
			}
		}
	}
}

static void
a_message_about_a_booking_has_number_stay_and_price(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	struct event event = event_of(EVENT_BOOKED);
	assert_int_equal(notification_compose(&event, "Hello", list), 2);
	assert_string_equal(list[0].messages[LANGUAGE_EN],
	                    "Hello, your booking 17 (ABCDEFGH) is confirmed: room 1, 2024-10-05 - "
	                    "2024-10-08, 4500 KRW.");
	assert_string_equal(list[1].messages[LANGUAGE_EN],
	                    "Hello, your room 1 was booked for 2024-10-05 - 2024-10-08 by Kim: "
	                    "booking 17 (ABCDEFGH), 4500 KRW.");
}

static void
fill(char *text, size_t size)
{
	memset(text, 0, size);
	while (strlen(text) + 4 < size)
		strcat(text, "🌊");
}

static void
the_longest_values_still_fit(void **state)
{
	(void)state;
	char prefix[TEXT_PREFIX_SIZE];
	struct new_notification list[RECIPIENTS_MAX];
	fill(prefix, sizeof(prefix));
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = event_of((enum event_type)type);
		if (event_kinds[type].aggregate == AGGREGATE_ROOM) {
			event.data.room.id = UINT64_MAX;
			event.data.room.price = MONEY_MAX;
			fill(event.data.room.name, sizeof(event.data.room.name));
		} else if (event_kinds[type].aggregate == AGGREGATE_BOOK) {
			event.data.book.id = event.data.book.room_id = UINT64_MAX;
			event.data.book.price = MONEY_MAX;
			fill(event.data.book.contact.name, sizeof(event.data.book.contact.name));
		}
		size_t n = notification_compose(&event, prefix, list);
		for (size_t i = 0; i < n; i++) {
			for (int language = 0; language < LANGUAGE_MAX; language++) {
				const char *message = list[i].messages[language];
				size_t chars, len = strlen(message);
				assert_ok(text_chars(message, len, &chars));
				assert_true(len < MESSAGE_SIZE - 1);
				assert_int_equal(message[len - 1], '.');
			}
		}
	}
}

static void
a_guest_name_with_braces_is_not_a_placeholder(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	struct event event = event_of(EVENT_BOOKED);
	strcpy(event.data.book.contact.name, "{price} %s %n <b>");
	notification_compose(&event, "Hello", list);
	assert_non_null(strstr(list[1].messages[LANGUAGE_EN], "by {price} %s %n <b>: booking"));
}

static void
many_events_are_stored_in_one_call_and_duplicates_once(void **state)
{
	(void)state;
	struct notification_fake *fake = calloc(1, sizeof(*fake));
	assert_non_null(fake);
	struct notification_store store = notification_fake_port(fake);
	struct settings settings = {.alarm_prefix = "Hello", .language = LANGUAGE_EN};
	struct app app = {.settings = &settings, .notifications = &store};
	struct event *events = calloc(3, sizeof(*events));
	assert_non_null(events);
	events[0] = event_of(EVENT_BOOKED);
	events[1] = event_of(EVENT_ROOM_REGISTERED);
	events[1].id[0] = '1';
	events[2] = events[0];
	assert_ok(notify(&app, events, 3));
	assert_int_equal(fake->n_notifications, 3);
	assert_ok(notify(&app, events, 0));
	fake->fails = ERR_UNAVAILABLE;
	assert_err(notify(&app, events, 3), ERR_UNAVAILABLE);
	free(events);
	free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_guest_is_notified_of_every_change_and_the_host_of_those_of_the_room),
		cmocka_unit_test(
			every_message_starts_with_the_prefix_and_replaces_every_placeholder),
		cmocka_unit_test(a_message_about_a_booking_has_number_stay_and_price),
		cmocka_unit_test(the_longest_values_still_fit),
		cmocka_unit_test(a_guest_name_with_braces_is_not_a_placeholder),
		cmocka_unit_test(many_events_are_stored_in_one_call_and_duplicates_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
