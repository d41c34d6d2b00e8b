/* SPDX-License-Identifier: MIT */
/* The rules of accounts, sessions, tries to sign in and second factors. */
#include "tests/unit/test.h"

#include "base/address.h"
#include "base/mem.h"
#include "domain/account/one_time_token.h"
#include "domain/account/second_factor.h"
#include "domain/account/session.h"
#include "domain/account/sign_in.h"

#include <string.h>

#define NOW     INT64_C(1800000000000)
#define SECONDS INT64_C(1000)

static struct account
account_of(enum role role)
{
	struct account account = {.id = 7, .email = "ana@example.com", .name = "Ana"};
	account_begin(&account, role, NOW);
	return account;
}

/* ---- accounts ---- */

static void
a_new_account_is_a_guest_or_a_host_and_nothing_is_verified(void **state)
{
	(void)state;
	struct account guest = account_of(ROLE_GUEST), host = account_of(ROLE_HOST);
	struct account asked = account_of(ROLE_OPERATOR);
	assert_int_equal(account_roles(&guest, true), ROLE_GUEST);
	assert_int_equal(account_roles(&host, true), ROLE_GUEST | ROLE_HOST);
	assert_int_equal(account_roles(&asked, true), ROLE_GUEST);
	assert_false(guest.verified);
	assert_false(guest.second_factor);
	assert_int_equal(guest.version, 1);
}

static void
an_account_without_a_name_is_called_by_the_beginning_of_its_email(void **state)
{
	(void)state;
	struct account account = {.email = "ana.kim@example.com"};
	account_begin(&account, ROLE_GUEST, NOW);
	assert_string_equal(account.name, "ana.kim");
}

static void
an_operator_is_one_only_after_a_one_time_code(void **state)
{
	(void)state;
	struct account account = account_of(ROLE_GUEST);
	bool changed;
	assert_ok(account_set_role(&account, ROLE_OPERATOR, true, &changed));
	assert_true(changed);
	assert_int_equal(account_roles(&account, false), ROLE_GUEST);
	assert_int_equal(account_roles(&account, true), ROLE_GUEST | ROLE_OPERATOR);
}

static void
the_role_of_a_guest_or_a_service_cannot_be_given_or_taken(void **state)
{
	(void)state;
	struct account account = account_of(ROLE_GUEST);
	bool changed;
	assert_err(account_set_role(&account, ROLE_GUEST, false, &changed), ERR_INVALID);
	assert_err(account_set_role(&account, ROLE_SERVICE, true, &changed), ERR_INVALID);
}

static void
setting_what_is_set_changes_nothing(void **state)
{
	(void)state;
	struct account account = account_of(ROLE_GUEST), to = account;
	bool changed;
	assert_false(account_set_members(&account, ACCOUNT_NAME | ACCOUNT_LANGUAGE, &to));
	strcpy(to.name, "Other");
	strcpy(to.language, "ko");
	assert_false(account_set_members(&account, 0, &to));
	assert_true(account_set_members(&account, ACCOUNT_NAME, &to));
	assert_string_equal(account.name, "Other");
	assert_string_equal(account.language, "");
	assert_ok(account_set_role(&account, ROLE_HOST, false, &changed));
	assert_false(changed);
}

static void
a_reset_of_a_verified_account_keeps_its_second_factor(void **state)
{
	(void)state;
	struct account account = account_of(ROLE_GUEST);
	account.second_factor = account.verified = true;
	assert_false(account_verify_by_reset(&account));
	assert_true(account.second_factor);
}

static void
a_reset_of_an_account_that_was_never_verified_removes_what_a_stranger_may_have_set_up(void **state)
{
	(void)state;
	struct account account = account_of(ROLE_GUEST);
	account.second_factor = true;
	assert_true(account_verify_by_reset(&account));
	assert_true(account.verified);
	assert_false(account.second_factor);
}

/* ---- passwords ---- */

static void
a_password_is_judged_by_its_length_and_by_how_soon_it_is_guessed(void **state)
{
	(void)state;
	char longest[PASSWORD_CHARS_MAX + 2];
	memset(longest, 'x', sizeof(longest));
	longest[PASSWORD_CHARS_MAX] = '\0';
	assert_int_equal(password_judge("1234567", 99), PASSWORD_SHORT);
	assert_int_equal(password_judge("12345678", PASSWORD_GUESS_BITS), PASSWORD_FINE);
	assert_int_equal(password_judge("12345678", PASSWORD_GUESS_BITS - 0.1), PASSWORD_COMMON);
	assert_int_equal(password_judge("여덟글자비밀번호", 99), PASSWORD_FINE);
	assert_int_equal(password_judge("일곱글자인비번", 99), PASSWORD_SHORT);
	assert_int_equal(password_judge(longest, 99), PASSWORD_FINE);
	longest[PASSWORD_CHARS_MAX] = 'x';
	longest[PASSWORD_CHARS_MAX + 1] = '\0';
	assert_int_equal(password_judge(longest, 99), PASSWORD_LONG);
}

/* ---- sessions ---- */

static void
a_guest_s_session_lasts_thirty_days_without_use(void **state)
{
	(void)state;
	struct account account = account_of(ROLE_GUEST);
	struct session session = {.created_at = NOW, .seen_at = NOW};
	const instant_t end = NOW + 30 * 86400 * SECONDS;
	assert_int_equal(session_ends_at(&session, &account), end);
	assert_true(session_is_alive(&session, &account, end - 1));
	assert_false(session_is_alive(&session, &account, end));
}

static void
the_session_of_a_host_or_an_operator_lasts_thirty_minutes_without_use(void **state)
{
	(void)state;
	struct account host = account_of(ROLE_HOST), operator= account_of(ROLE_GUEST);
	struct session session = {.created_at = NOW, .seen_at = NOW + 5};
	operator.is_operator = true;
	assert_int_equal(session_ends_at(&session, &host), NOW + 5 + 1800 * SECONDS);
	assert_int_equal(session_ends_at(&session, &operator), NOW + 5 + 1800 * SECONDS);
}

static void
a_session_in_steady_use_ends_when_it_is_old(void **state)
{
	(void)state;
	struct account guest = account_of(ROLE_GUEST), host = account_of(ROLE_HOST);
	struct session session = {.created_at = NOW, .seen_at = NOW + 86399 * SECONDS};
	assert_int_equal(session_ends_at(&session, &host), NOW + 86400 * SECONDS);
	session.seen_at = NOW + 179 * 86400 * SECONDS;
	assert_int_equal(session_ends_at(&session, &guest), NOW + 180 * 86400 * SECONDS);
}

static void
the_use_of_a_session_is_noted_once_a_minute(void **state)
{
	(void)state;
	struct session session = {.seen_at = NOW};
	assert_false(session_is_to_touch(&session, NOW + 59999));
	assert_true(session_is_to_touch(&session, NOW + 60000));
}

/* ---- tries to sign in ---- */

static void
five_wrong_passwords_cost_no_wait_and_then_each_costs_twice_as_much(void **state)
{
	(void)state;
	static const uint32_t expected_ms[] = {0, 0, 0, 0, 0, 1000, 2000, 4000};
	for (uint32_t i = 0; i < ARRAY_SIZE(expected_ms); i++)
		assert_int_equal(sign_in_pause_ms(SIGN_IN_PAIR, i), expected_ms[i]);
	assert_int_equal(sign_in_pause_ms(SIGN_IN_PAIR, 15), 900000);
	assert_int_equal(sign_in_pause_ms(SIGN_IN_PAIR, UINT32_MAX), SIGN_IN_PAUSE_MAX_MS);
	assert_int_equal(sign_in_pause_ms(SIGN_IN_ADDRESS, SIGN_IN_ADDRESS_FREE - 1), 0);
	assert_int_equal(sign_in_pause_ms(SIGN_IN_ADDRESS, SIGN_IN_ADDRESS_FREE), 1000);
}

static void
tries_from_one_network_of_ipv6_are_counted_together(void **state)
{
	(void)state;
	static const struct {
		const char *address, *network;
	} cases[] = {{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
	             {"2001:db8:1:2::ffff", "2001:db8:1:2::"},
	             {"2001:db8:1:3::1", "2001:db8:1:3::"},
	             {"::ffff:192.0.2.7", "192.0.2.7"},
	             {"192.0.2.7", "192.0.2.7"},
	             {"", ""},
	             {"unix:", "unix:"}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char network[ADDRESS_SIZE];
		address_network(cases[i].address, network);
		assert_string_equal(network, cases[i].network);
	}
}

static void
a_wait_begins_with_the_last_failure_and_ends(void **state)
{
	(void)state;
	struct sign_in_record record = {.failures = 0};
	assert_int_equal(sign_in_wait_ms(SIGN_IN_PAIR, &record, NOW), 0);
	for (int i = 0; i < 6; i++)
		sign_in_count(&record, NOW);
	assert_int_equal(record.failures, 6);
	assert_int_equal(sign_in_wait_ms(SIGN_IN_PAIR, &record, NOW + 500), 1500);
	assert_int_equal(sign_in_wait_ms(SIGN_IN_PAIR, &record, NOW + 2000), 0);
}

static void
failures_are_forgotten_after_a_day(void **state)
{
	(void)state;
	struct sign_in_record record = {.failures = 40, .last_at = NOW};
	assert_int_equal(sign_in_wait_ms(SIGN_IN_PAIR, &record, NOW + SIGN_IN_FORGET_MS), 0);
	sign_in_count(&record, NOW + SIGN_IN_FORGET_MS);
	assert_int_equal(record.failures, 1);
}

/* ---- the second factor ---- */

static void
a_one_time_code_is_six_digits(void **state)
{
	(void)state;
	assert_true(otp_code_is_formed("012345"));
	assert_false(otp_code_is_formed("01234"));
	assert_false(otp_code_is_formed("0123456"));
	assert_false(otp_code_is_formed("01234a"));
}

static void
a_code_may_be_typed_with_blanks_hyphens_and_capitals(void **state)
{
	(void)state;
	char code[] = " 012 345 ", recovery[] = "ABCDEF-ghijkl mnopqr-STUV23";
	second_factor_code_tidy(code);
	second_factor_code_tidy(recovery);
	assert_string_equal(code, "012345");
	assert_string_equal(recovery, "abcdefghijklmnopqrstuv23");
}

/* The vectors of RFC 4648, 10, in groups of bytes that need no padding. */
static void
keys_and_recovery_codes_are_written_in_base32(void **state)
{
	(void)state;
	char key[OTP_KEY_TEXT], recovery[RECOVERY_TEXT];
	assert_string_equal(otp_key_write((const unsigned char *)"12345678901234567890", key),
	                    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	assert_string_equal(recovery_code_write((const unsigned char *)"fooba\xff\xff\xff\xff\xff"
	                                                               "fooba",
	                                        recovery),
	                    "mzxw6y-tb7777-7777mz-xw6ytb");
}

/* ---- tokens and mails ---- */

static void
a_token_of_a_mail_counts_for_half_an_hour(void **state)
{
	(void)state;
	assert_true(one_time_token_is_alive(NOW, NOW + 1800 * SECONDS - 1));
	assert_false(one_time_token_is_alive(NOW, NOW + 1800 * SECONDS));
}

static void
an_account_gets_five_mails_of_a_kind_a_day_and_one_a_minute(void **state)
{
	(void)state;
	assert_true(account_mail_is_allowed(0, 0, NOW));
	assert_false(account_mail_is_allowed(1, NOW, NOW + 59 * SECONDS));
	assert_true(account_mail_is_allowed(4, NOW, NOW + 60 * SECONDS));
	assert_false(account_mail_is_allowed(5, NOW, NOW + 3600 * SECONDS));
	assert_int_equal(account_mail_wait_ms(1, NOW, NOW + 59 * SECONDS), 1000);
	assert_int_equal(account_mail_wait_ms(1, NOW, NOW - SECONDS), 60 * SECONDS);
	assert_int_equal(account_mail_wait_ms(5, NOW, NOW + 3600 * SECONDS), 23 * 3600 * SECONDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tries_from_one_network_of_ipv6_are_counted_together),
		cmocka_unit_test(a_new_account_is_a_guest_or_a_host_and_nothing_is_verified),
		cmocka_unit_test(an_account_without_a_name_is_called_by_the_beginning_of_its_email),
		cmocka_unit_test(an_operator_is_one_only_after_a_one_time_code),
		cmocka_unit_test(the_role_of_a_guest_or_a_service_cannot_be_given_or_taken),
		cmocka_unit_test(setting_what_is_set_changes_nothing),
		cmocka_unit_test(a_reset_of_a_verified_account_keeps_its_second_factor),
		cmocka_unit_test(
			a_reset_of_an_account_that_was_never_verified_removes_what_a_stranger_may_have_set_up),
		cmocka_unit_test(a_password_is_judged_by_its_length_and_by_how_soon_it_is_guessed),
		cmocka_unit_test(a_guest_s_session_lasts_thirty_days_without_use),
		cmocka_unit_test(
			the_session_of_a_host_or_an_operator_lasts_thirty_minutes_without_use),
		cmocka_unit_test(a_session_in_steady_use_ends_when_it_is_old),
		cmocka_unit_test(the_use_of_a_session_is_noted_once_a_minute),
		cmocka_unit_test(
			five_wrong_passwords_cost_no_wait_and_then_each_costs_twice_as_much),
		cmocka_unit_test(a_wait_begins_with_the_last_failure_and_ends),
		cmocka_unit_test(failures_are_forgotten_after_a_day),
		cmocka_unit_test(a_one_time_code_is_six_digits),
		cmocka_unit_test(a_code_may_be_typed_with_blanks_hyphens_and_capitals),
		cmocka_unit_test(keys_and_recovery_codes_are_written_in_base32),
		cmocka_unit_test(a_token_of_a_mail_counts_for_half_an_hour),
		cmocka_unit_test(an_account_gets_five_mails_of_a_kind_a_day_and_one_a_minute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
