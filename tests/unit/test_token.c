/* SPDX-License-Identifier: MIT */
/* What tokens claim, when they count, and the fakes of their ports. */
#include "test.h"

#include "base/mem.h"
#include "tests/fakes/token_fake.h"

#include <string.h>

#define ISSUER "https://hotel.example"
#define JTI    "01920000-0000-7000-8000-000000000000"
#define NOW    1800000000123

static struct token_claims
access_token(void)
{
	struct token_claims claims;
	token_access_claims(42, ROLE_GUEST | ROLE_HOST, JTI, NOW, &claims);
	strcpy(claims.iss, ISSUER);
	return claims;
}

static struct token_claims
service_token(void)
{
	struct token_claims claims;
	assert_ok(token_service_claims("book", "pay", JTI, NOW, &claims));
	strcpy(claims.iss, "book");
	return claims;
}

/* What token_claims_accept() says about an access token at an instant. */
static enum err
check_at(const struct token_claims *claims, instant_t now)
{
	const char *why = NULL;
	enum err err = token_claims_accept(claims, TOKEN_ACCESS, ISSUER, TOKEN_AUDIENCE, now, &why);
	if (err != OK)
		assert_non_null(why);
	return err;
}

static void
an_access_token_stands_for_its_account_for_fifteen_minutes(void **state)
{
	(void)state;
	const struct token_claims claims = access_token();
	assert_ok(check_at(&claims, NOW));
	assert_int_equal(claims.exp - claims.iat, 15 * 60 * 1000);
	assert_int_equal(claims.iat % 1000, 0);
	const struct caller caller = token_caller(&claims);
	assert_int_equal(caller.id, 42);
	assert_int_equal(caller.roles, ROLE_GUEST | ROLE_HOST);
}

static void
a_service_token_names_caller_and_called_and_lives_a_minute(void **state)
{
	(void)state;
	const char *why;
	const struct token_claims claims = service_token();
	assert_ok(token_claims_accept(&claims, TOKEN_SERVICE, "book", "pay", NOW, &why));
	assert_int_equal(claims.exp - claims.iat, 60 * 1000);
	assert_string_equal(claims.service, "book");
	assert_int_equal(token_caller(&claims).roles, ROLE_SERVICE);
	assert_int_equal(token_caller(&claims).id, 0);
}

static void
a_token_counts_from_nbf_until_exp_with_the_leeway_of_two_clocks(void **state)
{
	(void)state;
	const struct token_claims claims = access_token();
	const instant_t leeway = TOKEN_LEEWAY_S * 1000;
	assert_ok(check_at(&claims, claims.nbf - leeway));
	assert_err(check_at(&claims, claims.nbf - leeway - 1), ERR_UNAUTHORIZED);
	assert_ok(check_at(&claims, claims.exp + leeway - 1));
	assert_err(check_at(&claims, claims.exp + leeway), ERR_UNAUTHORIZED);
}

static void
a_token_issued_in_the_future_does_not_count(void **state)
{
	(void)state;
	struct token_claims claims = access_token();
	claims.iat += 6000;
	assert_err(check_at(&claims, NOW), ERR_UNAUTHORIZED);
}

static void
a_token_of_another_kind_issuer_or_audience_does_not_count(void **state)
{
	(void)state;
	const char *why;
	struct token_claims claims = access_token();
	assert_err(token_claims_accept(&claims, TOKEN_SERVICE, ISSUER, TOKEN_AUDIENCE, NOW, &why),
	           ERR_UNAUTHORIZED);
	assert_err(token_claims_accept(&claims, TOKEN_ACCESS, ISSUER, "pay", NOW, &why),
	           ERR_UNAUTHORIZED);
	assert_err(
		token_claims_accept(&claims, TOKEN_ACCESS, ISSUER "/", TOKEN_AUDIENCE, NOW, &why),
		ERR_UNAUTHORIZED);
	claims.iss[0] = '\0';
	assert_err(check_at(&claims, NOW), ERR_UNAUTHORIZED);
}

static void
every_claim_is_required(void **state)
{
	(void)state;
	struct token_claims claims[11];
	size_t n = 0;
	for (; n < ARRAY_SIZE(claims); n++)
		claims[n] = access_token();
	claims[0].account_id = 0;
	claims[1].account_id = (uint64_t)INT64_MAX + 1;
	claims[2].roles = 0;
	claims[3].roles |= ROLE_SERVICE;
	claims[4].aud[0] = '\0';
	claims[5].jti[0] = '\0';
	claims[6].iat = 0;
	claims[7].nbf = 0;
	claims[8].exp = 0;
	claims[9].kind = TOKEN_KIND_MAX;
	strcpy(claims[10].service, "book");
	for (size_t i = 0; i < n; i++)
		assert_err(check_at(&claims[i], NOW), ERR_UNAUTHORIZED);
}

static void
a_service_token_has_no_account_and_no_roles(void **state)
{
	(void)state;
	const char *why;
	struct token_claims claims = service_token();
	claims.account_id = 1;
	assert_err(token_claims_check(&claims, &why), ERR_UNAUTHORIZED);
	claims = service_token();
	claims.roles = ROLE_OPERATOR;
	assert_err(token_claims_check(&claims, &why), ERR_UNAUTHORIZED);
	claims = service_token();
	claims.service[0] = '\0';
	assert_err(token_claims_check(&claims, &why), ERR_UNAUTHORIZED);
}

static void
no_issuer_can_make_a_token_live_longer_than_its_kind(void **state)
{
	(void)state;
	struct token_claims claims = access_token();
	claims.exp += 1000;
	assert_err(check_at(&claims, NOW), ERR_UNAUTHORIZED);
}

static void
a_name_that_is_too_long_is_no_service(void **state)
{
	(void)state;
	struct token_claims claims;
	char name[TOKEN_SERVICE_SIZE + 1];
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_err(token_service_claims(name, "pay", JTI, NOW, &claims), ERR_TOO_LARGE);
}

static void
the_fakes_accept_what_they_issued_and_nothing_else(void **state)
{
	(void)state;
	struct token_fake fake;
	token_fake_init(&fake, ISSUER, TOKEN_AUDIENCE, NOW);
	const struct token_issuer issuer = token_fake_issuer(&fake);
	const struct token_verifier verifier = token_fake_verifier(&fake);
	struct token_claims claims = access_token(), found;
	char token[TOKEN_TEXT];
	const char *why;
	assert_ok(issuer.issue(issuer.self, &claims, token, sizeof(token)));
	assert_ok(verifier.verify(verifier.self, token, TOKEN_ACCESS, &found, &why));
	assert_int_equal(found.account_id, 42);
	assert_string_equal(found.iss, ISSUER);
	assert_err(verifier.verify(verifier.self, token, TOKEN_SERVICE, &found, &why),
	           ERR_UNAUTHORIZED);
	assert_err(verifier.verify(verifier.self, "fake-token-1", TOKEN_ACCESS, &found, &why),
	           ERR_UNAUTHORIZED);
	assert_err(issuer.issue(issuer.self, &claims, token, 4), ERR_TOO_LARGE);
	claims.roles = 0;
	assert_err(issuer.issue(issuer.self, &claims, token, sizeof(token)), ERR_UNAUTHORIZED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_access_token_stands_for_its_account_for_fifteen_minutes),
		cmocka_unit_test(a_service_token_names_caller_and_called_and_lives_a_minute),
		cmocka_unit_test(a_token_counts_from_nbf_until_exp_with_the_leeway_of_two_clocks),
		cmocka_unit_test(a_token_issued_in_the_future_does_not_count),
		cmocka_unit_test(a_token_of_another_kind_issuer_or_audience_does_not_count),
		cmocka_unit_test(every_claim_is_required),
		cmocka_unit_test(a_service_token_has_no_account_and_no_roles),
		cmocka_unit_test(no_issuer_can_make_a_token_live_longer_than_its_kind),
		cmocka_unit_test(a_name_that_is_too_long_is_no_service),
		cmocka_unit_test(the_fakes_accept_what_they_issued_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
