/* SPDX-License-Identifier: MIT */
#include "tests/contract/token_suite.h"

#include "tests/unit/test.h"

#include <string.h>

#define JTI "01920000-0000-7000-8000-000000000000"
#define NOW 1800000000123

static const struct token_subject *subject;

static struct token_claims
claims_of(uint64_t account_id, unsigned roles)
{
	struct token_claims claims;
	subject->set_now(NOW);
	token_access_claims(account_id, roles, JTI, NOW, &claims);
	return claims;
}

static enum err
verify(const char *token, enum token_kind kind, struct token_claims *ret_claims)
{
	const char *why = NULL;
	enum err err =
		subject->verifier.verify(subject->verifier.self, token, kind, ret_claims, &why);
	if (err != OK)
		assert_non_null(why);
	return err;
}

static void
issue(const struct token_claims *claims, char token[TOKEN_TEXT])
{
	assert_ok(subject->issuer.issue(subject->issuer.self, claims, token, TOKEN_TEXT));
}

static void
what_is_issued_is_verified_with_every_claim(void **state)
{
	(void)state;
	char token[TOKEN_TEXT];
	struct token_claims found;
	const struct token_claims claims =
		claims_of(INT64_MAX, ROLE_GUEST | ROLE_HOST | ROLE_OPERATOR);
	issue(&claims, token);
	for (int again = 0; again < 2; again++) {
		assert_ok(verify(token, TOKEN_ACCESS, &found));
		assert_int_equal(found.kind, TOKEN_ACCESS);
		assert_int_equal(found.account_id, INT64_MAX);
		assert_int_equal(found.roles, claims.roles);
		assert_string_equal(found.iss, TOKEN_SUITE_ISSUER);
		assert_string_equal(found.aud, TOKEN_AUDIENCE);
		assert_string_equal(found.jti, JTI);
		assert_int_equal(found.iat, claims.iat);
		assert_int_equal(found.nbf, claims.nbf);
		assert_int_equal(found.exp, claims.exp);
	}
}

static void
a_verified_e_mail_is_in_the_token_whatever_characters_it_has(void **state)
{
	(void)state;
	static const char *const emails[] = {"", "a@b.example", "홍길동@예시.한국",
	                                     "\"q\\\"@b.example"};
	char token[TOKEN_TEXT], longest[TOKEN_EMAIL_SIZE] = "";
	struct token_claims found, claims = claims_of(1, ROLE_GUEST);
	for (size_t i = 0; i < sizeof(emails) / sizeof(emails[0]); i++) {
		strcpy(claims.email, emails[i]);
		issue(&claims, token);
		assert_ok(verify(token, TOKEN_ACCESS, &found));
		assert_string_equal(found.email, emails[i]);
	}
	memset(longest, '"', sizeof(longest) - 1);
	memcpy(claims.email, longest, sizeof(longest));
	claims.account_id = INT64_MAX;
	claims.roles = ROLE_GUEST | ROLE_HOST | ROLE_OPERATOR;
	issue(&claims, token);
	assert_ok(verify(token, TOKEN_ACCESS, &found));
	assert_string_equal(found.email, longest);
}

static void
tokens_are_told_apart(void **state)
{
	(void)state;
	char first[TOKEN_TEXT], second[TOKEN_TEXT];
	struct token_claims found, claims = claims_of(1, ROLE_GUEST);
	issue(&claims, first);
	claims = claims_of(2, ROLE_HOST);
	issue(&claims, second);
	assert_ok(verify(first, TOKEN_ACCESS, &found));
	assert_int_equal(found.account_id, 1);
	assert_ok(verify(second, TOKEN_ACCESS, &found));
	assert_int_equal(found.account_id, 2);
	assert_ok(verify(first, TOKEN_ACCESS, &found));
	assert_int_equal(found.account_id, 1);
}

static void
a_token_ends_although_it_was_verified_before(void **state)
{
	(void)state;
	char token[TOKEN_TEXT];
	struct token_claims found, claims = claims_of(1, ROLE_GUEST);
	issue(&claims, token);
	assert_ok(verify(token, TOKEN_ACCESS, &found));
	subject->set_now(claims.exp + TOKEN_LEEWAY_S * 1000);
	assert_err(verify(token, TOKEN_ACCESS, &found), ERR_UNAUTHORIZED);
	subject->set_now(claims.nbf - TOKEN_LEEWAY_S * 1000 - 1);
	assert_err(verify(token, TOKEN_ACCESS, &found), ERR_UNAUTHORIZED);
	subject->set_now(NOW);
	assert_ok(verify(token, TOKEN_ACCESS, &found));
}

static void
a_token_for_something_else_does_not_count(void **state)
{
	(void)state;
	char token[TOKEN_TEXT];
	struct token_claims found, claims = claims_of(1, ROLE_GUEST);
	issue(&claims, token);
	assert_ok(verify(token, TOKEN_ACCESS, &found));
	assert_err(verify(token, TOKEN_SERVICE, &found), ERR_UNAUTHORIZED);
	strcpy(claims.aud, "pay");
	issue(&claims, token);
	assert_err(verify(token, TOKEN_ACCESS, &found), ERR_UNAUTHORIZED);
	assert_ok(token_service_claims("book", TOKEN_AUDIENCE, JTI, NOW, &claims));
	issue(&claims, token);
	assert_err(verify(token, TOKEN_ACCESS, &found), ERR_UNAUTHORIZED);
}

static void
what_is_no_token_does_not_count(void **state)
{
	(void)state;
	static const char *const texts[] = {"",      ".", "..",     "...",
	                                    "a.b.c", "x", "Bearer", "\xff.\xff.\xff"};
	struct token_claims found;
	subject->set_now(NOW);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_err(verify(texts[i], TOKEN_ACCESS, &found), ERR_UNAUTHORIZED);
}

static void
claims_that_would_not_count_are_not_issued(void **state)
{
	(void)state;
	char token[TOKEN_TEXT] = "untouched";
	struct token_claims claims = claims_of(0, ROLE_GUEST);
	assert_err(subject->issuer.issue(subject->issuer.self, &claims, token, sizeof(token)),
	           ERR_UNAUTHORIZED);
	claims = claims_of(1, ROLE_SERVICE);
	assert_err(subject->issuer.issue(subject->issuer.self, &claims, token, sizeof(token)),
	           ERR_UNAUTHORIZED);
	claims = claims_of(1, ROLE_GUEST);
	assert_err(subject->issuer.issue(subject->issuer.self, &claims, token, 10), ERR_TOO_LARGE);
}

int
token_suite_run(const char *name, const struct token_subject *to_test)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_issued_is_verified_with_every_claim),
		cmocka_unit_test(a_verified_e_mail_is_in_the_token_whatever_characters_it_has),
		cmocka_unit_test(tokens_are_told_apart),
		cmocka_unit_test(a_token_ends_although_it_was_verified_before),
		cmocka_unit_test(a_token_for_something_else_does_not_count),
		cmocka_unit_test(what_is_no_token_does_not_count),
		cmocka_unit_test(claims_that_would_not_count_are_not_issued),
	};
	subject = to_test;
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
