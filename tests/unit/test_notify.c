/* SPDX-License-Identifier: MIT */
/* Notifications: who gets which, and in which words. */
#include "tests/unit/test.h"

#include "app/alarm/notify.h"
#include "base/mem.h"
#include "base/text.h"
#include "domain/characters.h"
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

static size_t
compose(const struct event *event, const char *prefix, struct new_notification list[RECIPIENTS_MAX])
{
	static const struct room_label sea_view = {.name = "Sea view", .language = "ko"};
	const struct notification_context context = {.label = &sea_view, .prefix = prefix};
	return notification_compose(event, &context, list);
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
	[EVENT_BOOK_CLAIMED] = {true, false},
	[EVENT_BOOK_ERASED] = {false, false},
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
		size_t n = compose(&event, "Hello", list);
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
		size_t n = compose(&event, "안녕하세요", list);
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
a_message_about_a_booking_names_booking_room_stay_price_and_guest(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	struct event event = event_of(EVENT_BOOKED);
	assert_int_equal(compose(&event, "Hello", list), 2);
	assert_string_equal(list[0].messages[LANGUAGE_EN],
	                    "Hello, your booking 17 (ABCDEFGH) is confirmed: room 1 (Sea view), "
	                    "5 October 2024 - 8 October 2024 (3 nights), 4500 KRW.");
	assert_string_equal(list[1].messages[LANGUAGE_EN],
	                    "Hello, your room 1 (Sea view) was booked for 5 October 2024 - "
	                    "8 October 2024 (3 nights) by Kim: booking 17 (ABCDEFGH), 4500 KRW.");
	assert_string_equal(list[0].messages[LANGUAGE_KO],
	                    "Hello, 예약이 확정되었습니다. 예약 번호 17 (ABCDEFGH), 객실 1 (Sea "
	                    "view), 2024년 10월 5일 ~ 2024년 10월 8일(3박), 4,500원.");
	assert_string_equal(list[1].messages[LANGUAGE_KO],
	                    "Hello, 새 예약이 들어왔습니다. 객실 1 (Sea view), 2024년 10월 5일 ~ "
	                    "2024년 10월 8일(3박), 예약자 Kim, 예약 번호 17 (ABCDEFGH), 4,500원.");
}

static void
without_a_prefix_each_language_has_its_greeting(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = event_of((enum event_type)type);
		const size_t n = compose(&event, "", list);
		for (size_t i = 0; i < n; i++) {
			const char *korean = list[i].messages[LANGUAGE_KO];
			const char *english = list[i].messages[LANGUAGE_EN];
			assert_ptr_equal(strstr(korean, "안녕하세요. "), korean);
			assert_null(strstr(korean, "Hello"));
			assert_ptr_equal(strstr(english, "Hello, "), english);
		}
	}
}

static void
every_amount_has_its_unit_and_every_booking_its_room(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = event_of((enum event_type)type);
		if (event_kinds[type].aggregate == AGGREGATE_ROOM)
			continue;
		const size_t n = compose(&event, "", list);
		for (size_t i = 0; i < n; i++) {
			assert_non_null(strstr(list[i].messages[LANGUAGE_EN], "1 (Sea view)"));
			assert_non_null(strstr(list[i].messages[LANGUAGE_KO], "1 (Sea view)"));
			if (list[i].notification.role == ROLE_HOST && type == EVENT_BOOK_CANCELED)
				continue;
			assert_non_null(strstr(list[i].messages[LANGUAGE_EN], "4500 KRW"));
			assert_non_null(strstr(list[i].messages[LANGUAGE_KO], "4,500원"));
		}
	}
}

static void
an_amount_in_another_currency_has_its_decimals_in_every_language(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	struct event event = event_of(EVENT_PAYMENT_APPROVED);
	strcpy(event.data.payment.currency, "EUR");
	assert_int_equal(compose(&event, "", list), 1);
	for (int language = 0; language < LANGUAGE_MAX; language++)
		assert_non_null(strstr(list[0].messages[language], "45.00 EUR"));
	event = event_of(EVENT_PAYMENT_APPROVED);
	event.data.payment.price = 1234567;
	assert_int_equal(compose(&event, "", list), 1);
	assert_non_null(strstr(list[0].messages[LANGUAGE_KO], "1,234,567원"));
	event.data.payment.price = 999;
	assert_int_equal(compose(&event, "", list), 1);
	assert_non_null(strstr(list[0].messages[LANGUAGE_KO], " 999원"));
}

static void
a_guest_without_a_name_is_called_by_number(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	struct event event = event_of(EVENT_BOOKED);
	strcpy(event.data.book.contact.name, "\u200B\u202E");
	compose(&event, "", list);
	assert_non_null(strstr(list[1].messages[LANGUAGE_EN], "by guest 7:"));
	assert_non_null(strstr(list[1].messages[LANGUAGE_KO], "예약자 7번 손님,"));
	event.data.book.guest_id = 0;
	compose(&event, "", list);
	assert_non_null(strstr(list[1].messages[LANGUAGE_EN], "by a guest without a name:"));
}

static void
what_misleads_readers_is_left_out_of_texts(void **state)
{
	(void)state;
	static const struct {
		const char *before, *after;
	} cases[] = {
		{"A\u202Egnp.exe\u2028X", "Agnp.exeX"},
		{"a\r\nBcc: b\tc", "aBcc: bc"},
		{"\u200Bx\u200E\u2066y\u2069\uFEFF\u00ADz\xC2\x85\x7F", "xyz"},
		{"김하나 👩\u200D👧 \u00E9", "김하나 👩\u200D👧 \u00E9"},
		{"\xE2\x80", "\xE2\x80"},
		{"\u3164", "\u3164"},
		{"", ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[64];
		strcpy(text, cases[i].before);
		characters_neutralise(text);
		assert_string_equal(text, cases[i].after);
	}
	struct new_notification list[RECIPIENTS_MAX];
	struct event event = event_of(EVENT_BOOKED);
	strcpy(event.data.book.contact.name, "A\u202Egnp.exe\u2028X");
	compose(&event, "", list);
	assert_non_null(strstr(list[1].messages[LANGUAGE_EN], "by Agnp.exeX:"));
}

static void
a_guest_is_told_in_the_language_of_the_booking_and_a_host_in_that_of_the_room(void **state)
{
	(void)state;
	struct new_notification list[RECIPIENTS_MAX];
	struct event event = event_of(EVENT_BOOKED);
	strcpy(event.data.book.language, "en");
	assert_int_equal(compose(&event, "", list), 2);
	assert_int_equal(list[0].asked, LANGUAGE_EN);
	assert_int_equal(list[1].asked, LANGUAGE_KO);
	event = event_of(EVENT_PAYMENT_CANCELED);
	strcpy(event.data.payment.language, "ko");
	assert_int_equal(compose(&event, "", list), 1);
	assert_int_equal(list[0].asked, LANGUAGE_KO);
	event = event_of(EVENT_BOOK_EXPIRED);
	assert_int_equal(compose(&event, "", list), 1);
	assert_int_equal(list[0].asked, LANGUAGE_MAX);
}

static void
names_of_rooms_are_learned_from_their_events(void **state)
{
	(void)state;
	struct notification_fake *fake = calloc(1, sizeof(*fake));
	struct event *events = calloc(3, sizeof(*events));
	assert_non_null(fake);
	assert_non_null(events);
	struct notification_store store = notification_fake_port(fake);
	struct settings settings = {.language = LANGUAGE_EN};
	struct app app = {.settings = &settings, .notifications = &store};
	events[0] = event_of(EVENT_PAYMENT_APPROVED);
	assert_ok(notify(&app, events, 1));
	assert_non_null(strstr(fake->notifications[0].message, "room 1, "));
	events[1] = event_of(EVENT_BOOKED);
	events[1].id[0] = '1';
	events[2] = event_of(EVENT_ROOM_CHANGED);
	events[2].id[0] = '2';
	assert_ok(notify(&app, events, 3));
	assert_non_null(strstr(fake->notifications[1].message, "room 1 (Sea view), "));
	free(events);
	free(fake);
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
		size_t n = compose(&event, prefix, list);
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
	compose(&event, "Hello", list);
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
		cmocka_unit_test(a_message_about_a_booking_names_booking_room_stay_price_and_guest),
		cmocka_unit_test(without_a_prefix_each_language_has_its_greeting),
		cmocka_unit_test(every_amount_has_its_unit_and_every_booking_its_room),
		cmocka_unit_test(an_amount_in_another_currency_has_its_decimals_in_every_language),
		cmocka_unit_test(a_guest_without_a_name_is_called_by_number),
		cmocka_unit_test(what_misleads_readers_is_left_out_of_texts),
		cmocka_unit_test(
			a_guest_is_told_in_the_language_of_the_booking_and_a_host_in_that_of_the_room),
		cmocka_unit_test(names_of_rooms_are_learned_from_their_events),
		cmocka_unit_test(the_longest_values_still_fit),
		cmocka_unit_test(a_guest_name_with_braces_is_not_a_placeholder),
		cmocka_unit_test(many_events_are_stored_in_one_call_and_duplicates_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
