/* SPDX-License-Identifier: MIT */
/* The rules of deliveries: targets, languages, repetitions, pauses, destinations. */
#include "tests/unit/test.h"

#include "base/mem.h"
#include "domain/alarm/mail_permit.h"
#include "domain/alarm/notification.h"

#define HOOK "https://hooks.example.com/a"

static void
a_target_is_the_own_address_and_for_guests_the_contact(void **state)
{
	(void)state;
	const struct delivery_subject guest = {ROLE_GUEST, 42, 17}, host = {ROLE_HOST, 7, 17},
				      of_room = {ROLE_GUEST, 42, 0}, nobody = {ROLE_GUEST, 0, 17},
				      host_0 = {ROLE_HOST, 0, 17};
	const struct {
		enum channel channel;
		const struct delivery_subject *subject;
		struct delivery_addresses addresses;
		enum delivery_target target;
		const char *address;
	} cases[] = {
		{CHANNEL_EMAIL, &guest, {true, "a@b.c", "", true, "d@e.f"}, TARGET_KNOWN, "a@b.c"},
		{CHANNEL_CONTACT,
	         &guest,
	         {true, "a@b.c", "", true, "d@e.f"},
	         TARGET_KNOWN,
	         "d@e.f"},
		{CHANNEL_CONTACT, &guest, {true, "a@b.c", "", true, "A@B.c"}, TARGET_NONE, ""},
		{CHANNEL_CONTACT, &guest, {true, "a@b.c", "", false, ""}, TARGET_LATER, ""},
		{CHANNEL_CONTACT, &guest, {true, "a@b.c", "", true, ""}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &guest, {true, "", "", true, "d@e.f"}, TARGET_KNOWN, "d@e.f"},
		{CHANNEL_CONTACT, &guest, {true, "", "", true, "d@e.f"}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &guest, {true, "", "", false, ""}, TARGET_LATER, ""},
		{CHANNEL_EMAIL, &guest, {true, "", "", true, ""}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &of_room, {true, "", "", false, ""}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &host, {true, "a@b.c", "", true, "d@e.f"}, TARGET_KNOWN, "a@b.c"},
		{CHANNEL_CONTACT, &host, {true, "a@b.c", "", true, "d@e.f"}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &host, {true, "", "", true, "d@e.f"}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &host, {true, "", "", false, ""}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &guest, {false, "a@b.c", "", true, "d@e.f"}, TARGET_NONE, ""},
		{CHANNEL_CONTACT, &guest, {false, "a@b.c", "", true, "d@e.f"}, TARGET_NONE, ""},
		{CHANNEL_WEBHOOK, &host, {false, "", HOOK, false, ""}, TARGET_KNOWN, HOOK},
		{CHANNEL_WEBHOOK, &guest, {true, "a@b.c", "", false, ""}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &nobody, {true, "a@b.c", "", true, "d@e.f"}, TARGET_KNOWN, "d@e.f"},
		{CHANNEL_CONTACT, &nobody, {true, "a@b.c", "", true, "d@e.f"}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &nobody, {true, "a@b.c", "", false, ""}, TARGET_LATER, ""},
		{CHANNEL_WEBHOOK, &nobody, {true, "", HOOK, true, ""}, TARGET_NONE, ""},
		{CHANNEL_EMAIL, &host_0, {true, "a@b.c", HOOK, true, "d@e.f"}, TARGET_NONE, ""},
		{CHANNEL_WEBHOOK, &host_0, {true, "", HOOK, true, ""}, TARGET_NONE, ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char target[URL_SIZE];
		assert_int_equal(delivery_target(cases[i].channel, cases[i].subject,
		                                 &cases[i].addresses, target),
		                 cases[i].target);
		assert_string_equal(target, cases[i].address);
	}
}

static void
a_language_is_chosen_or_asked_for_or_the_fallback(void **state)
{
	(void)state;
	const enum language none = LANGUAGE_MAX;
	assert_int_equal(notification_language(42, LANGUAGE_KO, LANGUAGE_EN, LANGUAGE_EN),
	                 LANGUAGE_KO);
	assert_int_equal(notification_language(42, none, LANGUAGE_KO, LANGUAGE_EN), LANGUAGE_KO);
	assert_int_equal(notification_language(42, none, none, LANGUAGE_KO), LANGUAGE_KO);
	assert_int_equal(notification_language(0, LANGUAGE_KO, none, LANGUAGE_EN), LANGUAGE_EN);
	assert_int_equal(notification_language(0, LANGUAGE_EN, LANGUAGE_KO, LANGUAGE_EN),
	                 LANGUAGE_KO);
}

static void
asking_again_depends_on_target_event_and_state(void **state)
{
	(void)state;
	static const struct {
		struct redelivery_facts facts;
		enum err err;
		enum redelivery_step step;
	} cases[] = {
		{{TARGET_NONE, true, false, DELIVERY_WAITING, false, false},
	         ERR_INVALID,
	         REDELIVERY_ADD},
		{{TARGET_LATER, true, true, DELIVERY_WAITING, false, false},
	         ERR_INVALID,
	         REDELIVERY_ADD},
		{{TARGET_NONE, false, false, DELIVERY_WAITING, false, false},
	         ERR_INVALID,
	         REDELIVERY_ADD},
		{{TARGET_KNOWN, false, true, DELIVERY_FAILED, false, true},
	         ERR_STATE_CONFLICT,
	         REDELIVERY_ADD},
		{{TARGET_KNOWN, true, false, DELIVERY_WAITING, false, false}, OK, REDELIVERY_ADD},
		{{TARGET_KNOWN, true, true, DELIVERY_WAITING, false, true},
	         OK,
	         REDELIVERY_SEND_NOW},
		{{TARGET_KNOWN, true, true, DELIVERY_WAITING, true, true}, OK, REDELIVERY_NOTHING},
		{{TARGET_KNOWN, true, true, DELIVERY_FAILED, false, false}, OK, REDELIVERY_RESTART},
		{{TARGET_KNOWN, true, true, DELIVERY_DELIVERED, false, false},
	         OK,
	         REDELIVERY_RESTART},
		{{TARGET_KNOWN, true, true, DELIVERY_DELIVERED, false, true},
	         ERR_TOO_MANY,
	         REDELIVERY_ADD},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enum redelivery_step step = REDELIVERY_ADD;
		assert_err(redelivery_decide(&cases[i].facts, &step), cases[i].err);
		assert_int_equal(step, cases[i].step);
	}
}

static void
pauses_double_up_to_the_limit_with_at_most_half_of_jitter(void **state)
{
	(void)state;
	const struct retry_policy policy = {.first_ms = 5000, .max_ms = 3600000, .for_s = 86400};
	assert_int_equal(retry_pause_ms(&policy, 1, 0), 5000);
	assert_int_equal(retry_pause_ms(&policy, 2, 0), 10000);
	assert_int_equal(retry_pause_ms(&policy, 10, 0), 2560000);
	assert_int_equal(retry_pause_ms(&policy, 11, 0), 3600000);
	assert_int_equal(retry_pause_ms(&policy, UINT32_MAX, 0), 3600000);
	assert_int_equal(retry_pause_ms(&policy, 1, 2500), 2500);
	assert_int_equal(retry_pause_ms(&policy, 1, 2501), 5000);
	const struct retry_policy long_first = {.first_ms = 3600000, .max_ms = 60000};
	assert_int_equal(retry_pause_ms(&long_first, 1, 0), 60000);
}

static void
only_http_urls_without_a_user_are_valid(void **state)
{
	(void)state;
	static const char *const fit[] = {"http://a", "https://a.example:8443/x?y=1#z",
	                                  "http://[2001:db8::1]/", "https://a_b.example/%20"};
	static const char *const unfit[] = {"",
	                                    "http://",
	                                    "ftp://a",
	                                    "http:///x",
	                                    "http://a b",
	                                    "http://a/\r\nX: y",
	                                    "http://u@a/",
	                                    "http://u:p@a/",
	                                    "http://a/\"",
	                                    "http://a:/",
	                                    "http://a\\b",
	                                    "HTTP://a",
	                                    "http://a/é",
	                                    "javascript:1",
	                                    "//a"};
	for (size_t i = 0; i < ARRAY_SIZE(fit); i++)
		assert_true(webhook_url_is_valid(fit[i]));
	for (size_t i = 0; i < ARRAY_SIZE(unfit); i++)
		assert_false(webhook_url_is_valid(unfit[i]));
}

static void
a_destination_is_the_origin_of_a_url_or_a_lane_of_the_mail_server(void **state)
{
	(void)state;
	char name[DESTINATION_SIZE];
	delivery_destination(CHANNEL_WEBHOOK, "https://a.example:8443/x?y", 3, name);
	assert_string_equal(name, "https://a.example:8443");
	delivery_destination(CHANNEL_WEBHOOK, "http://a.example?y", 3, name);
	assert_string_equal(name, "http://a.example");
	delivery_destination(CHANNEL_EMAIL, "x@example.org", 3, name);
	assert_string_equal(name, "email/1");
	delivery_destination(CHANNEL_CONTACT, "x@example.org", 3, name);
	assert_string_equal(name, "contact/1");
}

static void
an_address_is_confirmed_by_its_account_or_by_the_link_in_a_mail(void **state)
{
	(void)state;
	static const char own[] = "a@b.c", contact[] = "d@e.f";
	const struct {
		const char *target;
		struct address_facts facts;
		enum address_standing standing;
	} cases[] = {
		{own, {"a@b.c", false, "", MAILING_FEW, false}, ADDRESS_CONFIRMED},
		{own, {"a@b.c", true, "", MAILING_FEW, false}, ADDRESS_UNCONFIRMED},
		{own, {"a@b.c", true, "d@e.f", MAILING_ALL, true}, ADDRESS_UNCONFIRMED},
		{own, {"x@b.c", false, "", MAILING_ALL, true}, ADDRESS_UNCONFIRMED},
		{contact, {"", false, "d@e.f", MAILING_ALL, false}, ADDRESS_CONFIRMED},
		{contact, {"", false, "d@e.f", MAILING_FEW, false}, ADDRESS_UNCONFIRMED},
		{contact, {"", false, "d@e.f", MAILING_NONE, false}, ADDRESS_LIMITED},
		{contact, {"", false, "d@e.f", MAILING_FEW, true}, ADDRESS_CONFIRMED},
		{contact, {"", false, "d@e.f", MAILING_NONE, true}, ADDRESS_CONFIRMED},
		{contact, {"a@b.c", false, "d@e.f", MAILING_FEW, false}, ADDRESS_UNCONFIRMED},
		{contact, {"D@E.f", false, "d@e.f", MAILING_FEW, false}, ADDRESS_CONFIRMED},
		{contact, {"d@e.f", true, "d@e.f", MAILING_NONE, false}, ADDRESS_LIMITED},
		{"", {"", false, "", MAILING_ALL, false}, ADDRESS_UNCONFIRMED},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(address_standing(cases[i].target, &cases[i].facts),
		                 cases[i].standing);
}

static void
an_unconfirmed_address_gets_the_mail_of_the_booking_and_of_its_end_and_few_of_them(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		const enum event_type event = (enum event_type)type;
		const bool needed = type == EVENT_BOOK_PENDING || type == EVENT_BOOKED ||
		                    type == EVENT_BOOK_REJECTED || type == EVENT_BOOK_EXPIRED ||
		                    type == EVENT_BOOK_CANCELED || type == EVENT_PAYMENT_CANCELED;
		assert_int_equal(mail_is_needed(ROLE_GUEST, event), needed);
		assert_false(mail_is_needed(ROLE_HOST, event));
		assert_int_equal(mail_permit(ADDRESS_CONFIRMED, ROLE_HOST, event, 1000),
		                 MAIL_PERMITTED);
		assert_int_equal(mail_permit(ADDRESS_UNCONFIRMED, ROLE_GUEST, event, 0),
		                 needed ? MAIL_PERMITTED : MAIL_UNCONFIRMED);
		assert_int_equal(mail_permit(ADDRESS_LIMITED, ROLE_GUEST, event, 0),
		                 needed ? MAIL_SENDER_LIMIT : MAIL_UNCONFIRMED);
		assert_int_equal(mail_permit(ADDRESS_UNCONFIRMED, ROLE_HOST, event, 0),
		                 MAIL_UNCONFIRMED);
	}
	assert_int_equal(mail_permit(ADDRESS_UNCONFIRMED, ROLE_GUEST, EVENT_BOOKED,
	                             MAIL_UNCONFIRMED_DAY_MAX - 1),
	                 MAIL_PERMITTED);
	assert_int_equal(mail_permit(ADDRESS_UNCONFIRMED, ROLE_GUEST, EVENT_BOOKED,
	                             MAIL_UNCONFIRMED_DAY_MAX),
	                 MAIL_ADDRESS_LIMIT);
	assert_string_equal(mail_refusal_name(MAIL_UNCONFIRMED), "unconfirmed");
	assert_string_equal(mail_refusal_name(MAIL_SENDER_LIMIT), "sender-limit");
	assert_string_equal(mail_refusal_name(MAIL_ADDRESS_LIMIT), "address-limit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_the_own_address_and_for_guests_the_contact),
		cmocka_unit_test(a_language_is_chosen_or_asked_for_or_the_fallback),
		cmocka_unit_test(asking_again_depends_on_target_event_and_state),
		cmocka_unit_test(pauses_double_up_to_the_limit_with_at_most_half_of_jitter),
		cmocka_unit_test(only_http_urls_without_a_user_are_valid),
		cmocka_unit_test(an_address_is_confirmed_by_its_account_or_by_the_link_in_a_mail),
		cmocka_unit_test(
			an_unconfirmed_address_gets_the_mail_of_the_booking_and_of_its_end_and_few_of_them),
		cmocka_unit_test(a_destination_is_the_origin_of_a_url_or_a_lane_of_the_mail_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
