/* SPDX-License-Identifier: MIT */
/* Signing in elsewhere, on fakes. */
#include "tests/unit/test.h"

#include "app/account/account_external.h"
#include "base/mem.h"
#include "tests/fakes/account_fake.h"
#include "tests/fakes/oidc_fake.h"

#include <stdio.h>
#include <string.h>

#define ISSUER "https://id.example.com"
#define NOW    INT64_C(1800000000000)

static instant_t now;
static struct account_fake fake;
static struct account_parts_fake parts;
static struct oidc_fake oidc;
static struct settings settings;
static struct account_store accounts;
static struct session_store sessions;
static struct identity_store identities;
static struct opaque_tokens tokens;
static struct oidc_provider provider;
static struct id_token_reader reader;
static struct audit_fake audited;
static struct audit audit;
static struct audit_paces paces;

static instant_t
clock_now(void)
{
	return now;
}

static const struct app app = {.settings = &settings,
                               .now = clock_now,
                               .accounts = &accounts,
                               .sessions = &sessions,
                               .identities = &identities,
                               .opaque_tokens = &tokens,
                               .oidc_provider = &provider,
                               .id_token_reader = &reader,
                               .audit = &audit,
                               .audit_paces = &paces};

static int
begin(void **state)
{
	(void)state;
	now = NOW;
	fake = (struct account_fake){.fails = OK};
	parts = (struct account_parts_fake){.step = 100};
	settings = (struct settings){
		.url = "https://hotel.example.com", .oidc_issuer = ISSUER, .oidc_client = "us"};
	oidc = (struct oidc_fake){
		.claims = {.who = {.issuer = ISSUER, .subject = "s", .email = "ana@example.com"},
	                   .audiences = {"us"},
	                   .n_audiences = 1,
	                   .iat = NOW,
	                   .exp = NOW + 300000}};
	accounts = account_fake_port(&fake);
	sessions = session_fake_port(&fake);
	identities = identity_fake_port(&fake);
	tokens = opaque_tokens_fake(&parts);
	provider = oidc_fake_provider(&oidc);
	reader = oidc_fake_reader(&oidc);
	audited = (struct audit_fake){.fails = OK};
	audit = audit_fake_port(&audited);
	audit_paces_init(&paces);
	return 0;
}

/* Goes to the provider and comes back as the state that it was given wants it. */
static struct external_answer
gone(bool links, const char *session)
{
	struct external_answer answer = {.code = "c1",
	                                 .client = {.from = "192.0.2.1", .request_id = "r-1"}};
	char url[OIDC_URL_SIZE];
	const char *why = NULL;
	external_attempt_make(&app, links, answer.attempt);
	assert_ok(external_url(&app, answer.attempt, session, LANGUAGE_KO, url, &why));
	snprintf(answer.session, sizeof(answer.session), "%s", session);
	snprintf(answer.state, sizeof(answer.state), "%s", oidc.state);
	return answer;
}

static struct external_outcome
finished(const struct external_answer *answer)
{
	struct external_outcome outcome;
	assert_ok(external_finish(&app, answer, &outcome));
	return outcome;
}

static struct external_outcome
signed_in_elsewhere(void)
{
	const struct external_answer answer = gone(false, "");
	return finished(&answer);
}

static uint64_t
ana_make(void)
{
	struct new_account new_account = {.account = {.email = "ana@example.com"},
	                                  .password = "hash"};
	struct account account;
	bool replayed;
	account_begin(&new_account.account, ROLE_GUEST, now);
	assert_ok(accounts.add(accounts.self, &new_account, &account, &replayed));
	return account.id;
}

/* A session of an account; its cookie. */
static void
session_make(uint64_t account_id, char cookie[OPAQUE_TOKEN_TEXT])
{
	struct signed_in in = {.account = {.id = account_id}};
	const struct account_client client = {.address = ""};
	assert_ok(account_session_begin(&app, &client, "", &in));
	memcpy(cookie, in.cookie, OPAQUE_TOKEN_TEXT);
}

static struct external_outcome
linked(const char *cookie)
{
	const struct external_answer answer = gone(true, cookie);
	return finished(&answer);
}

#define assert_result(call, expected) assert_int_equal((call).result, expected)

/* ---- signing in ---- */

static void
whoever_is_unknown_gets_an_account_and_the_same_one_next_time(void **state)
{
	(void)state;
	struct external_outcome outcome = signed_in_elsewhere();
	assert_int_equal(outcome.result, EXTERNAL_SIGNED_IN);
	assert_true(*outcome.cookie);
	assert_int_equal(fake.n_accounts, 1);
	assert_true(fake.accounts[0].account.verified);
	assert_string_equal(fake.accounts[0].secrets.password, "");
	assert_int_equal(fake.n_mails, 0);
	assert_int_equal(fake.sessions[0].session.second_factor, false);
	strcpy(oidc.claims.who.email, "new@example.com");
	assert_result(signed_in_elsewhere(), EXTERNAL_SIGNED_IN);
	assert_int_equal(fake.n_accounts, 1);
	assert_int_equal(fake.n_sessions, 2);
}

static void
the_provider_gets_the_verifier_and_where_it_led_to(void **state)
{
	(void)state;
	signed_in_elsewhere();
	assert_string_equal(oidc.redirect_uri, "https://hotel.example.com/accounts/oidc/callback");
	assert_string_equal(oidc.code, "c1");
	assert_true(*oidc.verifier);
	assert_string_not_equal(oidc.verifier, oidc.nonce);
	assert_string_not_equal(oidc.verifier, oidc.state);
}

static void
an_email_of_an_account_links_nothing(void **state)
{
	(void)state;
	ana_make();
	const struct external_outcome outcome = signed_in_elsewhere();
	assert_int_equal(outcome.result, EXTERNAL_EMAIL_TAKEN);
	assert_string_equal(outcome.cookie, "");
	assert_int_equal(fake.n_sessions, 0);
	assert_int_equal(fake.n_identities, 0);
	assert_int_equal(audited.n, 1);
	assert_int_equal(audited.entries[0].entry.what, AUDIT_SIGN_IN);
	assert_int_equal(audited.entries[0].entry.outcome, AUDIT_REFUSED);
	assert_string_equal(audited.entries[0].entry.detail, "elsewhere: email-taken");
	assert_int_equal(audited.entries[0].entry.by.role, AUDIT_NOBODY);
}

static void
without_an_email_the_userinfo_is_asked_and_only_of_the_same_subject(void **state)
{
	(void)state;
	oidc.claims.who.email[0] = '\0';
	assert_result(signed_in_elsewhere(), EXTERNAL_NO_EMAIL);
	oidc.has_user = true;
	oidc.user = (struct identity_claims){.subject = "t", .email = "ana@example.com"};
	assert_result(signed_in_elsewhere(), EXTERNAL_INVALID);
	strcpy(oidc.user.subject, "s");
	strcpy(oidc.user.name, "Ana");
	assert_result(signed_in_elsewhere(), EXTERNAL_SIGNED_IN);
	assert_string_equal(fake.accounts[0].account.email, "ana@example.com");
	assert_string_equal(fake.accounts[0].account.name, "Ana");
	const unsigned asked = oidc.asked_user;
	assert_result(signed_in_elsewhere(), EXTERNAL_SIGNED_IN);
	assert_int_equal(oidc.asked_user, asked);
}

static void
operators_and_second_factors_are_not_for_foreign_issuers(void **state)
{
	(void)state;
	signed_in_elsewhere();
	fake.accounts[0].account.is_operator = true;
	assert_result(signed_in_elsewhere(), EXTERNAL_NEEDS_FACTOR);
	fake.accounts[0].account.is_operator = false;
	fake.accounts[0].account.second_factor = true;
	assert_result(signed_in_elsewhere(), EXTERNAL_NEEDS_FACTOR);
	assert_int_equal(fake.n_sessions, 1);
}

/* ---- answers that do not fit ---- */

static void
an_answer_without_the_browser_that_began_asks_the_provider_nothing(void **state)
{
	(void)state;
	const struct external_answer good = gone(false, "");
	struct external_answer answer = good;
	answer.attempt[0] = '\0';
	assert_result(finished(&answer), EXTERNAL_STALE);
	answer = gone(false, ""); /* another browser's attempt with this one's state */
	memcpy(answer.state, good.state, sizeof(answer.state));
	assert_result(finished(&answer), EXTERNAL_STALE);
	answer = good;
	answer.state[0] = '\0';
	assert_result(finished(&answer), EXTERNAL_STALE);
	answer = good;
	strcpy(answer.issuer, "https://evil.example.com");
	assert_result(finished(&answer), EXTERNAL_STALE);
	answer = good;
	now += OIDC_ATTEMPT_LIFE_S * INT64_C(1000);
	assert_result(finished(&answer), EXTERNAL_STALE);
	assert_int_equal(oidc.redeemed, 0);
	assert_int_equal(fake.n_sessions, 0);
}

static void
a_provider_that_says_no_is_not_asked_again(void **state)
{
	(void)state;
	struct external_answer answer = gone(false, "");
	strcpy(answer.error, "access_denied");
	assert_result(finished(&answer), EXTERNAL_REFUSED);
	strcpy(answer.error, "temporarily_unavailable");
	assert_result(finished(&answer), EXTERNAL_AWAY);
	answer.error[0] = answer.code[0] = '\0';
	assert_result(finished(&answer), EXTERNAL_REFUSED);
	assert_int_equal(oidc.redeemed, 0);
}

static void
a_token_that_does_not_count_signs_nobody_in(void **state)
{
	(void)state;
	oidc.lies_about_nonce = true;
	assert_result(signed_in_elsewhere(), EXTERNAL_INVALID);
	oidc.lies_about_nonce = false;
	strcpy(oidc.claims.audiences[0], "others");
	assert_result(signed_in_elsewhere(), EXTERNAL_INVALID);
	strcpy(oidc.claims.audiences[0], "us");
	oidc.read = ERR_UNAUTHORIZED;
	assert_result(signed_in_elsewhere(), EXTERNAL_INVALID);
	assert_int_equal(fake.n_accounts, 0);
	assert_int_equal(fake.n_sessions, 0);
}

static void
keys_are_looked_at_once_more_for_an_unknown_one(void **state)
{
	(void)state;
	oidc.stale_keys = 1;
	assert_result(signed_in_elsewhere(), EXTERNAL_SIGNED_IN);
	assert_int_equal(oidc.looked, 2);
	oidc.stale_keys = 1000;
	assert_result(signed_in_elsewhere(), EXTERNAL_INVALID);
	assert_int_equal(oidc.looked, 4);
}

static void
a_provider_that_is_away_decides_nothing(void **state)
{
	(void)state;
	struct external_answer answer = gone(false, "");
	char url[OIDC_URL_SIZE];
	const char *why = NULL;
	oidc.fails = ERR_UNAVAILABLE;
	assert_result(finished(&answer), EXTERNAL_AWAY);
	assert_int_equal(audited.n, 0);
	assert_err(external_url(&app, answer.attempt, "", LANGUAGE_EN, url, &why), ERR_UNAVAILABLE);
	assert_string_equal(why, "fails");
}

static void
a_store_that_is_away_is_no_refusal(void **state)
{
	(void)state;
	const struct external_answer answer = gone(false, "");
	struct external_outcome outcome;
	fake.fails = ERR_TIMEOUT;
	assert_err(external_finish(&app, &answer, &outcome), ERR_TIMEOUT);
}

/* ---- linking ---- */

static void
who_is_signed_in_links_and_signs_in_by_it_from_then_on(void **state)
{
	(void)state;
	char cookie[OPAQUE_TOKEN_TEXT];
	const uint64_t id = ana_make();
	session_make(id, cookie);
	strcpy(oidc.claims.who.email, "other@example.com"); /* it does not matter which */
	assert_result(linked(cookie), EXTERNAL_LINKED);
	assert_int_equal(fake.n_sessions, 1);
	assert_result(linked(cookie), EXTERNAL_LINKED);
	assert_int_equal(fake.n_identities, 1);
	assert_int_equal(fake.audit.entries[fake.audit.n - 1].entry.what, AUDIT_LINK);
	const struct external_outcome outcome = signed_in_elsewhere();
	assert_int_equal(outcome.result, EXTERNAL_SIGNED_IN);
	assert_int_equal(fake.sessions[fake.n_sessions - 1].session.account_id, id);
	assert_int_equal(fake.n_accounts, 1);
}

static void
an_attempt_to_link_ends_with_its_session(void **state)
{
	(void)state;
	char cookie[OPAQUE_TOKEN_TEXT], other[OPAQUE_TOKEN_TEXT];
	const uint64_t id = ana_make();
	session_make(id, cookie);
	session_make(id, other);
	struct external_answer answer = gone(true, cookie);
	memcpy(answer.session, other, sizeof(answer.session));
	assert_result(finished(&answer), EXTERNAL_STALE);
	memcpy(answer.session, cookie, sizeof(answer.session));
	assert_ok(sessions.end_others(sessions.self, id, 0, NULL));
	assert_result(finished(&answer), EXTERNAL_STALE);
	assert_int_equal(fake.n_identities, 0);
	char url[OIDC_URL_SIZE];
	const char *why;
	assert_err(external_url(&app, answer.attempt, "", LANGUAGE_EN, url, &why), ERR_MALFORMED);
}

static void
an_identity_of_another_account_is_not_linked(void **state)
{
	(void)state;
	char cookie[OPAQUE_TOKEN_TEXT];
	signed_in_elsewhere();
	strcpy(fake.accounts[0].account.email, "first@example.com");
	session_make(ana_make(), cookie);
	assert_result(linked(cookie), EXTERNAL_TAKEN);
	char subject[8];
	for (int i = 0; i < IDENTITIES_MAX; i++) {
		snprintf(subject, sizeof(subject), "t%d", i);
		strcpy(oidc.claims.who.subject, subject);
		assert_result(linked(cookie), EXTERNAL_LINKED);
	}
	strcpy(oidc.claims.who.subject, "more");
	assert_result(linked(cookie), EXTERNAL_FULL);
	fake.accounts[1].account.second_factor = true;
	assert_result(linked(cookie), EXTERNAL_NEEDS_FACTOR);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whoever_is_unknown_gets_an_account_and_the_same_one_next_time),
		TEST(the_provider_gets_the_verifier_and_where_it_led_to),
		TEST(an_email_of_an_account_links_nothing),
		TEST(without_an_email_the_userinfo_is_asked_and_only_of_the_same_subject),
		TEST(operators_and_second_factors_are_not_for_foreign_issuers),
		TEST(an_answer_without_the_browser_that_began_asks_the_provider_nothing),
		TEST(a_provider_that_says_no_is_not_asked_again),
		TEST(a_token_that_does_not_count_signs_nobody_in),
		TEST(keys_are_looked_at_once_more_for_an_unknown_one),
		TEST(a_provider_that_is_away_decides_nothing),
		TEST(a_store_that_is_away_is_no_refusal),
		TEST(who_is_signed_in_links_and_signs_in_by_it_from_then_on),
		TEST(an_attempt_to_link_ends_with_its_session),
		TEST(an_identity_of_another_account_is_not_linked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
