/* SPDX-License-Identifier: MIT */
/* The rules of signing in elsewhere: attempts, ID tokens, URLs, and to which account an identity leads. */
#include "tests/unit/test.h"

#include "base/mem.h"
#include "domain/account/oidc.h"

#include <string.h>

#define NOW INT64_C(1800000000000)
#define S   INT64_C(1000)

/* ---- attempts ---- */

static void
an_attempt_is_written_and_read_and_ends_after_ten_minutes(void **state)
{
	(void)state;
	const struct oidc_attempt attempt = {.links = true,
	                                     .begun_at = NOW,
	                                     .random =
	                                             "0123456789012345678901234567890123456789abc"};
	struct oidc_attempt read;
	char text[OIDC_ATTEMPT_TEXT];
	oidc_attempt_write(&attempt, text);
	assert_string_equal(text, "l01800000000-0123456789012345678901234567890123456789abc");
	assert_ok(oidc_attempt_read(text, &read));
	assert_true(read.links);
	assert_int_equal(read.begun_at, NOW);
	assert_string_equal(read.random, attempt.random);
	assert_true(oidc_attempt_is_alive(&read, NOW));
	assert_true(oidc_attempt_is_alive(&read, NOW + OIDC_ATTEMPT_LIFE_S * S - 1));
	assert_false(oidc_attempt_is_alive(&read, NOW + OIDC_ATTEMPT_LIFE_S * S));
	assert_false(oidc_attempt_is_alive(&read, NOW - 2 * S));
}

static void
what_is_no_attempt_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"s",
		"x01800000000-abc",
		"s01800000000_abc",
		"s0180000000a-abc",
		"s01800000000-",
		("s01800000000-01234567890123456789012345678901234567"
	         "89abcd"),
	};
	struct oidc_attempt attempt;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_true(oidc_attempt_read(texts[i], &attempt) != OK);
}

static void
every_use_of_an_attempt_has_a_seed_of_its_own(void **state)
{
	(void)state;
	struct oidc_attempt attempt = {.begun_at = NOW, .random = "abc"};
	char texts[5][OIDC_SEED_TEXT];
	oidc_seed_write(OIDC_STATE, &attempt, "cookie", texts[0]);
	oidc_seed_write(OIDC_NONCE, &attempt, "cookie", texts[1]);
	oidc_seed_write(OIDC_VERIFIER, &attempt, "cookie", texts[2]);
	attempt.links = true;
	oidc_seed_write(OIDC_STATE, &attempt, "cookie", texts[3]);
	oidc_seed_write(OIDC_STATE, &attempt, "another", texts[4]);
	for (int i = 0; i < 5; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(texts[i], texts[j]);
	assert_null(strstr(texts[0], "cookie"));
	assert_non_null(strstr(texts[3], "cookie"));
}

/* RFC 7636, appendix B. */
static void
the_challenge_is_that_of_the_standard(void **state)
{
	(void)state;
	char text[OIDC_CHALLENGE_TEXT];
	assert_string_equal(
		oidc_challenge_write(
			"13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3", text),
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

/* ---- ID tokens ---- */

static const struct id_token_wanted wanted = {"https://id.example.com", "us", "n"};

static struct id_token_claims
good(void)
{
	return (struct id_token_claims){.who = {.issuer = "https://id.example.com", .subject = "s"},
	                                .audiences = {"us"},
	                                .n_audiences = 1,
	                                .nonce = "n",
	                                .iat = NOW,
	                                .exp = NOW + 300 * S};
}

static enum err
judged(const struct id_token_claims *claims)
{
	const char *why = NULL;
	enum err err = id_token_accept(claims, &wanted, NOW, &why);
	assert_true((err == OK) == (why == NULL));
	return err;
}

static void
an_id_token_for_us_counts(void **state)
{
	(void)state;
	struct id_token_claims claims = good();
	assert_ok(judged(&claims));
	strcpy(claims.azp, "us");
	assert_ok(judged(&claims));
	strcpy(claims.audiences[1], "others");
	claims.n_audiences = 2;
	assert_ok(judged(&claims));
}

static void
an_id_token_of_or_for_others_does_not_count(void **state)
{
	(void)state;
	struct id_token_claims claims = good();
	strcpy(claims.who.issuer, "https://id.example.com/");
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	strcpy(claims.audiences[0], "US");
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.n_audiences = 0;
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	strcpy(claims.azp, "others");
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	strcpy(claims.audiences[1], "others");
	claims.n_audiences = 2;
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.who.subject[0] = '\0';
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	strcpy(claims.who.subject, "\xC3\xA9");
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
}

static void
an_id_token_counts_in_its_time_with_a_leeway_for_clocks(void **state)
{
	(void)state;
	struct id_token_claims claims = good();
	claims.exp = NOW - OIDC_LEEWAY_S * S + 1;
	claims.iat = NOW - 2 * OIDC_LEEWAY_S * S;
	assert_ok(judged(&claims));
	claims.exp--;
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.iat = NOW + OIDC_LEEWAY_S * S;
	assert_ok(judged(&claims));
	claims.iat++;
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.nbf = NOW + OIDC_LEEWAY_S * S + 1;
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.iat = NOW - (OIDC_LEEWAY_S + OIDC_ATTEMPT_LIFE_S) * S;
	assert_ok(judged(&claims));
	claims.iat--;
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.exp = claims.iat;
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
}

static void
an_id_token_of_another_attempt_does_not_count(void **state)
{
	(void)state;
	struct id_token_claims claims = good();
	const char *why = NULL;
	strcpy(claims.nonce, "m");
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	claims.nonce[0] = '\0';
	assert_err(judged(&claims), ERR_UNAUTHORIZED);
	const struct id_token_wanted none = {wanted.issuer, wanted.client, ""};
	assert_err(id_token_accept(&claims, &none, NOW, &why), ERR_UNAUTHORIZED);
}

/* ---- tokens that programs show ---- */

static enum err
bearer_judged(const struct id_token_claims *claims)
{
	const char *why = NULL;
	enum err err = external_token_accept(claims, wanted.issuer, "us", NOW, &why);
	assert_true((err == OK) == (why == NULL));
	return err;
}

static void
a_program_s_token_needs_no_nonce_and_may_be_for_others_too(void **state)
{
	(void)state;
	static const char *const types[] = {
		"", "JWT", "jwt", "at+jwt", "at+JWT", "application/at+jwt", "Application/AT+JWT"};
	struct id_token_claims claims = good();
	claims.nonce[0] = '\0';
	strcpy(claims.audiences[1], "others");
	claims.n_audiences = 2;
	strcpy(claims.azp, "a-program");
	claims.iat = NOW - 86400 * S;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		strcpy(claims.typ, types[i]);
		assert_ok(bearer_judged(&claims));
	}
}

static void
a_program_s_token_that_is_not_for_this_does_not_count(void **state)
{
	(void)state;
	const char *why = NULL;
	struct id_token_claims claims = good();
	assert_ok(bearer_judged(&claims));
	assert_err(external_token_accept(&claims, "https://other.example", "us", NOW, &why),
	           ERR_UNAUTHORIZED);
	assert_err(external_token_accept(&claims, wanted.issuer, "u", NOW, &why), ERR_UNAUTHORIZED);
	claims.audiences[0][0] = '\0';
	assert_err(external_token_accept(&claims, wanted.issuer, "", NOW, &why), ERR_UNAUTHORIZED);
	claims = good();
	strcpy(claims.typ, "logout+jwt");
	assert_err(bearer_judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.has_key = true;
	assert_err(bearer_judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.who.subject[0] = '\0';
	assert_err(bearer_judged(&claims), ERR_UNAUTHORIZED);
}

static void
a_program_s_token_gets_no_leeway_at_its_end(void **state)
{
	(void)state;
	struct id_token_claims claims = good();
	claims.iat = NOW - 10 * S;
	claims.exp = NOW + S;
	assert_ok(bearer_judged(&claims));
	claims.exp--;
	assert_err(bearer_judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.iat = NOW + OIDC_LEEWAY_S * S;
	claims.exp = claims.iat + S;
	assert_ok(bearer_judged(&claims));
	claims.iat++;
	assert_err(bearer_judged(&claims), ERR_UNAUTHORIZED);
	claims = good();
	claims.nbf = NOW + OIDC_LEEWAY_S * S + 1;
	assert_err(bearer_judged(&claims), ERR_UNAUTHORIZED);
}

static void
a_program_s_token_has_roles_of_the_account_and_never_an_operator_s(void **state)
{
	(void)state;
	struct account guest = {.id = 1}, host = {.id = 2, .is_host = true, .is_operator = true};
	struct id_token_claims claims = good();
	assert_int_equal(external_token_roles(&host, &claims, false), ROLE_GUEST | ROLE_HOST);
	assert_int_equal(external_token_roles(&host, &claims, true), ROLE_GUEST);
	claims.roles = ROLE_HOST | ROLE_OPERATOR;
	assert_int_equal(external_token_roles(&host, &claims, true), ROLE_GUEST | ROLE_HOST);
	assert_int_equal(external_token_roles(&guest, &claims, true), ROLE_GUEST);
}

/* ---- URLs ---- */

static void
urls_are_https_or_on_loopback(void **state)
{
	(void)state;
	static const char *const allowed[] = {
		"https://id.example.com", "https://id.example.com:8443/a?b=c",
		"http://localhost/x",     "http://127.0.0.1:5000",
		"http://[::1]:80/",       "http://localhost?x"};
	static const char *const refused[] = {"",
	                                      "id.example.com",
	                                      "http://id.example.com",
	                                      "http://localhost.example.com",
	                                      "http://127.0.0.10/",
	                                      "http://localhost@example.com",
	                                      "https://user@id.example.com",
	                                      "https://",
	                                      "https://:443/",
	                                      "https:///x",
	                                      "file:///etc/passwd",
	                                      "ftp://localhost/",
	                                      "HTTPS://id.example.com",
	                                      "https://id.example.com/#x",
	                                      "https://id.example.com/a b",
	                                      "https://id.example.com/\r\nX: y",
	                                      "https://\xC3\xA9.example.com"};
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		assert_true(oidc_url_is_allowed(allowed[i]));
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		assert_false(oidc_url_is_allowed(refused[i]));
}

/* ---- which account ---- */

static void
an_unknown_identity_gets_an_account_only_with_a_verified_email_of_nobody(void **state)
{
	(void)state;
	struct identity_claims claims = {.subject = "s"};
	assert_int_equal(identity_way(&claims, false), IDENTITY_NO_EMAIL);
	assert_int_equal(identity_way(&claims, true), IDENTITY_NO_EMAIL);
	strcpy(claims.email, "ana@example.com");
	assert_int_equal(identity_way(&claims, false), IDENTITY_MAKE);
	assert_int_equal(identity_way(&claims, true), IDENTITY_EMAIL_TAKEN);
}

static void
such_an_account_is_a_guest_s_and_verified(void **state)
{
	(void)state;
	struct account account = {.id = 0};
	const struct identity_claims claims = {.email = "ana@example.com", .name = "Ana"};
	const struct identity_claims nameless = {.email = "bea@example.com"};
	identity_account_begin(&account, &claims, NOW);
	assert_string_equal(account.email, "ana@example.com");
	assert_string_equal(account.name, "Ana");
	assert_true(account.verified);
	assert_false(account.is_host || account.is_operator || account.second_factor);
	identity_account_begin(&account, &nameless, NOW);
	assert_string_equal(account.name, "bea");
}

static void
a_foreign_issuer_signs_in_no_operator_and_nobody_with_a_second_factor(void **state)
{
	(void)state;
	struct account account = {.is_host = true};
	assert_true(identity_may_sign_in(&account));
	account.is_operator = true;
	assert_false(identity_may_sign_in(&account));
	account = (struct account){.second_factor = true};
	assert_false(identity_may_sign_in(&account));
}

static void
the_last_way_to_sign_in_may_not_go(void **state)
{
	(void)state;
	assert_false(identity_may_go(1, false));
	assert_true(identity_may_go(2, false));
	assert_true(identity_may_go(1, true));
}

static void
every_result_has_a_name_for_the_pages(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EXTERNAL_RESULT_MAX; i++)
		assert_true(*external_result_name(i));
	assert_string_equal(external_result_name(EXTERNAL_RESULT_MAX), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_attempt_is_written_and_read_and_ends_after_ten_minutes),
		cmocka_unit_test(what_is_no_attempt_is_refused),
		cmocka_unit_test(every_use_of_an_attempt_has_a_seed_of_its_own),
		cmocka_unit_test(the_challenge_is_that_of_the_standard),
		cmocka_unit_test(an_id_token_for_us_counts),
		cmocka_unit_test(an_id_token_of_or_for_others_does_not_count),
		cmocka_unit_test(an_id_token_counts_in_its_time_with_a_leeway_for_clocks),
		cmocka_unit_test(an_id_token_of_another_attempt_does_not_count),
		cmocka_unit_test(a_program_s_token_needs_no_nonce_and_may_be_for_others_too),
		cmocka_unit_test(a_program_s_token_that_is_not_for_this_does_not_count),
		cmocka_unit_test(a_program_s_token_gets_no_leeway_at_its_end),
		cmocka_unit_test(
			a_program_s_token_has_roles_of_the_account_and_never_an_operator_s),
		cmocka_unit_test(urls_are_https_or_on_loopback),
		cmocka_unit_test(
			an_unknown_identity_gets_an_account_only_with_a_verified_email_of_nobody),
		cmocka_unit_test(such_an_account_is_a_guest_s_and_verified),
		cmocka_unit_test(
			a_foreign_issuer_signs_in_no_operator_and_nobody_with_a_second_factor),
		cmocka_unit_test(the_last_way_to_sign_in_may_not_go),
		cmocka_unit_test(every_result_has_a_name_for_the_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
