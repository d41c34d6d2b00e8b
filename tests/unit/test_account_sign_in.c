/* SPDX-License-Identifier: MIT */
/* Signing up and in, and sessions, on fakes. */
#include "tests/unit/account_people.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* ---- signing up ---- */

static void
signing_up_stores_a_hash_and_asks_for_a_mail(void **state)
{
	(void)state;
	struct account account = ana();
	assert_true(account.id >= ACCOUNT_ID_FIRST);
	assert_string_equal(fake.accounts[0].secrets.password, "hash of " PASSWORD);
	assert_int_equal(fake.n_mails, 1);
	assert_int_equal(fake.n_tokens, 0);
}

static void
an_email_has_one_account(void **state)
{
	(void)state;
	struct account account = ana();
	struct faults faults = {.n = 0};
	assert_err(sign_up(ROLE_GUEST, PASSWORD, &faults, &account), ERR_STATE_CONFLICT);
}

static void
a_refused_password_is_named_and_nothing_is_hashed(void **state)
{
	(void)state;
	static const struct {
		const char *password, *code;
	} refused[] = {{"short", "password.short"},
	               {"common12", "password.common"},
	               {"ana@example.com1", "password.common"},
	               {"I am myhotel", "password.common"}};
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct account account;
		struct faults faults = {.n = 0};
		assert_err(sign_up(ROLE_GUEST, refused[i].password, &faults, &account),
		           ERR_INVALID);
		assert_string_equal(faults.list[0].code, refused[i].code);
		assert_string_equal(faults.list[0].pointer, "/password");
	}
	assert_int_equal(parts.hashes, 0);
}

static void
whether_hosts_may_sign_up_is_a_setting(void **state)
{
	(void)state;
	struct account account;
	struct faults faults = {.n = 0};
	assert_err(sign_up(ROLE_HOST, PASSWORD, &faults, &account), ERR_FORBIDDEN);
	settings.hosts = HOSTS_OPEN;
	assert_ok(sign_up(ROLE_HOST, PASSWORD, &faults, &account));
	assert_true(account.is_host);
}

/* ---- signing in ---- */

static void
signing_in_gives_tokens_of_which_only_hashes_are_stored(void **state)
{
	(void)state;
	const uint64_t id = ana().id;
	struct signed_in in = ana_in();
	assert_int_equal(in.expires_in_s, 900);
	assert_int_equal(token_fake.issued[0].account_id, id);
	assert_int_equal(token_fake.issued[0].roles, ROLE_GUEST);
	assert_string_not_equal(in.refresh_token, in.cookie);
	assert_int_equal(fake.sessions[0].refresh[0], '#');
	assert_int_equal(fake.sessions[0].cookie[0], '#');
	assert_string_equal(fake.sessions[0].session.address, "192.0.2.1");
	assert_string_equal(fake.sessions[0].session.agent, "Browser");
}

static void
an_unknown_email_costs_the_same_work_and_says_the_same(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_int_equal(parts.hashes, 1);
	assert_int_equal(parts.unknown, 1);
	ana();
	parts.hashes = 0;
	assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_int_equal(parts.hashes, 1);
}

static void
guessing_has_to_wait_and_a_right_password_ends_the_count(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana();
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
	parts.hashes = 0;
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_TOO_MANY);
	assert_int_equal(refusal.wait_ms, 1000);
	assert_int_equal(parts.hashes, 0);
	now += 1000;
	assert_ok(sign_in(PASSWORD, "", &refusal, &in));
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
}

static void
who_guesses_from_elsewhere_does_not_keep_the_owner_out(void **state)
{
	(void)state;
	struct account_sign_in guess = {.email = "ana@example.com", .password = "wrong"};
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana();
	for (int i = 0; i < 1000; i++) {
		snprintf(guess.client.address, sizeof(guess.client.address), "198.51.100.%d",
		         i % 50);
		assert_int_not_equal(account_sign_in(&app, &guess, &refusal, &in), OK);
	}
	assert_true(parts.hashes < 1000);
	ana_in();
}

static void
who_guesses_from_many_addresses_of_one_network_waits_like_from_one(void **state)
{
	(void)state;
	struct account_sign_in guess = {.email = "ana@example.com", .password = "wrong"};
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana();
	for (int i = 0; i < 100; i++) {
		snprintf(guess.client.address, sizeof(guess.client.address), "2001:db8::%x", i);
		assert_int_not_equal(account_sign_in(&app, &guess, &refusal, &in), OK);
	}
	assert_true(parts.hashes < 10);
}

static void
a_second_factor_is_asked_for_after_the_password_and_not_before(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	assert_err(sign_in("wrong password", "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_UNAUTHORIZED);
	assert_true(refusal.otp_needed);
	assert_err(sign_in(PASSWORD, "654321", &refusal, &in), ERR_UNAUTHORIZED);
	assert_false(refusal.otp_needed);
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
	assert_true(in.session.second_factor);
}

static void
wrong_one_time_codes_are_counted_like_wrong_passwords(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in(PASSWORD, "654321", &refusal, &in), ERR_UNAUTHORIZED);
	assert_err(sign_in(PASSWORD, "123456", &refusal, &in), ERR_TOO_MANY);
}

static void
a_right_password_without_a_code_takes_no_wrong_code_back(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_err(sign_in(PASSWORD, i % 2 ? "" : "654321", &refusal, &in),
		           ERR_UNAUTHORIZED);
	assert_err(sign_in(PASSWORD, "", &refusal, &in), ERR_TOO_MANY);
}

static void
a_one_time_code_counts_once(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	ana_second_factor(ana().id);
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
	assert_err(sign_in(PASSWORD, "123456", &refusal, &in), ERR_UNAUTHORIZED);
	parts.step++;
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
}

static void
a_recovery_code_stands_for_a_lost_device_once(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	struct second_factor_setup setup = ana_second_factor(ana().id);
	assert_ok(sign_in(PASSWORD, setup.recovery[3], &refusal, &in));
	assert_err(sign_in(PASSWORD, setup.recovery[3], &refusal, &in), ERR_UNAUTHORIZED);
	assert_ok(sign_in(PASSWORD, setup.recovery[4], &refusal, &in));
}

static void
an_operator_gets_the_role_in_a_token_only_with_a_second_factor(void **state)
{
	(void)state;
	struct sign_in_refusal refusal;
	struct signed_in in;
	struct account account = ana();
	assert_ok(accounts.role_set(accounts.self, account.id, ROLE_OPERATOR, true, now, NULL,
	                            &account));
	ana_in();
	assert_int_equal(token_fake.issued[0].roles, ROLE_GUEST);
	ana_second_factor(account.id);
	assert_ok(sign_in(PASSWORD, "123456", &refusal, &in));
	assert_int_equal(token_fake.issued[1].roles, ROLE_GUEST | ROLE_OPERATOR);
}

/* ---- sessions ---- */

static void
a_refresh_token_is_exchanged_and_its_second_use_ends_the_family(void **state)
{
	(void)state;
	struct signed_in next, more;
	ana();
	struct signed_in in = ana_in();
	assert_ok(account_refresh(&app, in.refresh_token, &from_here, &next));
	assert_string_not_equal(next.refresh_token, in.refresh_token);
	assert_int_equal(next.session.id, in.session.id);
	assert_err(account_refresh(&app, in.refresh_token, &from_here, &more), ERR_UNAUTHORIZED);
	assert_err(account_refresh(&app, next.refresh_token, &from_here, &more), ERR_UNAUTHORIZED);
	struct session session;
	struct account account;
	assert_err(account_of_cookie(&app, in.cookie, &session, &account), ERR_UNAUTHORIZED);
}

static void
a_cookie_counts_until_its_session_ends(void **state)
{
	(void)state;
	struct session session;
	struct account account;
	ana();
	struct signed_in in = ana_in();
	assert_ok(account_of_cookie(&app, in.cookie, &session, &account));
	assert_int_equal(session.id, in.session.id);
	assert_err(account_of_cookie(&app, in.refresh_token, &session, &account), ERR_UNAUTHORIZED);
	assert_ok(account_sign_out(&app, in.cookie, NULL, &from_here));
	assert_err(account_of_cookie(&app, in.cookie, &session, &account), ERR_UNAUTHORIZED);
}

static void
signing_out_by_a_refresh_token_ends_its_session_alone(void **state)
{
	(void)state;
	struct signed_in next;
	ana();
	struct signed_in one = ana_in(), other = ana_in();
	assert_ok(account_sign_out(&app, "", one.refresh_token, &from_here));
	assert_err(account_refresh(&app, one.refresh_token, &from_here, &next), ERR_UNAUTHORIZED);
	assert_ok(account_refresh(&app, other.refresh_token, &from_here, &next));
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
sign_in_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signing_up_stores_a_hash_and_asks_for_a_mail),
		TEST(an_email_has_one_account),
		TEST(a_refused_password_is_named_and_nothing_is_hashed),
		TEST(whether_hosts_may_sign_up_is_a_setting),
		TEST(signing_in_gives_tokens_of_which_only_hashes_are_stored),
		TEST(an_unknown_email_costs_the_same_work_and_says_the_same),
		TEST(guessing_has_to_wait_and_a_right_password_ends_the_count),
		TEST(who_guesses_from_elsewhere_does_not_keep_the_owner_out),
		TEST(who_guesses_from_many_addresses_of_one_network_waits_like_from_one),
		TEST(a_second_factor_is_asked_for_after_the_password_and_not_before),
		TEST(wrong_one_time_codes_are_counted_like_wrong_passwords),
		TEST(a_right_password_without_a_code_takes_no_wrong_code_back),
		TEST(a_one_time_code_counts_once),
		TEST(a_recovery_code_stands_for_a_lost_device_once),
		TEST(an_operator_gets_the_role_in_a_token_only_with_a_second_factor),
		TEST(a_refresh_token_is_exchanged_and_its_second_use_ends_the_family),
		TEST(a_cookie_counts_until_its_session_ends),
		TEST(signing_out_by_a_refresh_token_ends_its_session_alone),
	};
	return cmocka_run_group_tests_name("signing in", tests, NULL, NULL);
}
