/* SPDX-License-Identifier: MIT */
/* Tokens of the external issuer that programs show, on fakes. */
#include "tests/unit/test.h"

#include "app/account/account_external_token.h"
#include "base/mem.h"
#include "tests/fakes/account_fake.h"
#include "tests/fakes/oidc_fake.h"
#include "tests/fakes/token_fake.h"

#include <string.h>

#define ISSUER "https://id.example.com"
#define NOW    INT64_C(1800000000000)
#define S      INT64_C(1000)

static struct account_fake fake;
static struct oidc_fake oidc;
static struct token_fake token_fake;
static struct settings settings;
static struct account_store accounts;
static struct identity_store identities;
static struct oidc_provider provider;
static struct id_token_reader reader;
static struct token_issuer issuer;
static struct audit_fake audited;
static struct audit audit;
static struct audit_paces paces;
static const struct account_client from_here = {.from = "192.0.2.1", .request_id = "r-1"};

static instant_t
clock_now(void)
{
	return NOW;
}

static const struct app app = {.settings = &settings,
                               .now = clock_now,
                               .accounts = &accounts,
                               .identities = &identities,
                               .oidc_provider = &provider,
                               .id_token_reader = &reader,
                               .token_issuer = &issuer,
                               .audit = &audit,
                               .audit_paces = &paces};

static int
begin(void **state)
{
	(void)state;
	fake = (struct account_fake){.fails = OK};
	settings = (struct settings){.oidc_issuer = ISSUER,
	                             .oidc_client = "pages",
	                             .oidc_audience = "api",
	                             .oidc_roles_claim = "roles"};
	oidc = (struct oidc_fake){.claims = {.who = {.issuer = ISSUER, .subject = "s"},
	                                     .typ = "at+jwt",
	                                     .audiences = {"api"},
	                                     .n_audiences = 1,
	                                     .roles = ROLE_HOST,
	                                     .iat = NOW,
	                                     .exp = NOW + 300 * S}};
	token_fake_init(&token_fake, "https://hotel.example.com", TOKEN_AUDIENCE, NOW);
	accounts = account_fake_port(&fake);
	identities = identity_fake_port(&fake);
	provider = oidc_fake_provider(&oidc);
	reader = oidc_fake_reader(&oidc);
	issuer = token_fake_issuer(&token_fake);
	audited = (struct audit_fake){.fails = OK};
	audit = audit_fake_port(&audited);
	audit_paces_init(&paces);
	return 0;
}

static uint64_t
account_make(const char *email, enum role role)
{
	struct new_account new_account = {.password = "hash"};
	struct account account;
	bool replayed;
	strcpy(new_account.account.email, email);
	account_begin(&new_account.account, role, NOW);
	assert_ok(accounts.add(accounts.self, &new_account, &account, &replayed));
	return account.id;
}

static enum err
linked(uint64_t account_id)
{
	const char *why = NULL;
	return account_token_link(&app, "token", account_id, &from_here, &why);
}

static enum err
exchanged(struct access_token *ret_token)
{
	const char *why = NULL;
	enum err err = account_exchange(&app, "token", &from_here, ret_token, &why);
	if (err == ERR_UNAUTHORIZED)
		assert_non_null(why);
	return err;
}

static void
a_linked_token_gets_one_of_the_account_which_ends_with_it(void **state)
{
	(void)state;
	struct access_token token;
	const uint64_t id = account_make("ana@example.com", ROLE_HOST);
	assert_ok(linked(id));
	assert_ok(linked(id));
	assert_int_equal(fake.n_identities, 1);
	assert_ok(exchanged(&token));
	const struct token_claims *claims = &token_fake.issued[0];
	assert_int_equal(claims->account_id, id);
	assert_int_equal(claims->roles, ROLE_GUEST | ROLE_HOST);
	assert_int_equal(claims->exp, NOW + 300 * S);
	assert_int_equal(token.expires_in_s, 300);
	assert_int_equal(fake.n_sessions, 0);
	assert_int_equal(audited.entries[audited.n - 1].entry.what, AUDIT_SIGN_IN);
	assert_int_equal(audited.entries[audited.n - 1].entry.outcome, AUDIT_DONE);
	oidc.claims.exp = NOW + 86400 * S;
	oidc.claims.roles = 0;
	assert_ok(exchanged(&token));
	assert_int_equal(token_fake.issued[1].exp, NOW + TOKEN_ACCESS_LIFE_S * S);
	assert_int_equal(token_fake.issued[1].roles, ROLE_GUEST);
	settings.oidc_roles_claim[0] = '\0';
	assert_ok(exchanged(&token));
	assert_int_equal(token_fake.issued[2].roles, ROLE_GUEST | ROLE_HOST);
}

static void
a_token_that_does_not_count_gets_and_links_nothing(void **state)
{
	(void)state;
	struct access_token token;
	const uint64_t id = account_make("ana@example.com", ROLE_GUEST);
	assert_err(exchanged(&token), ERR_UNAUTHORIZED); /* linked to nobody */
	strcpy(oidc.claims.audiences[0], "pages");
	assert_err(linked(id), ERR_UNAUTHORIZED);
	strcpy(oidc.claims.audiences[0], "api");
	assert_ok(linked(id));
	oidc.claims.exp = NOW;
	assert_err(exchanged(&token), ERR_UNAUTHORIZED);
	oidc.claims.exp = NOW + S;
	oidc.read = ERR_UNAUTHORIZED;
	assert_err(exchanged(&token), ERR_UNAUTHORIZED);
	oidc.read = ERR_UNAVAILABLE;
	assert_err(exchanged(&token), ERR_UNAVAILABLE);
	assert_int_equal(token_fake.n, 0);
	assert_int_equal(audited.n, 3); /* that the issuer is away decides nothing */
	assert_int_equal(audited.entries[2].entry.outcome, AUDIT_REFUSED);
	assert_int_equal(audited.entries[2].entry.by.role, AUDIT_NOBODY);
}

static void
refused_tokens_leave_place_in_the_audit_for_one_that_counts(void **state)
{
	(void)state;
	struct access_token token;
	assert_ok(linked(account_make("ana@example.com", ROLE_HOST)));
	strcpy(oidc.claims.who.subject, "nobody");
	for (unsigned i = 0; i <= AUDIT_REFUSALS_MAX; i++)
		assert_err(exchanged(&token), ERR_UNAUTHORIZED);
	assert_int_equal(audited.n, AUDIT_REFUSALS_MAX);
	strcpy(oidc.claims.who.subject, "s");
	assert_ok(exchanged(&token));
	assert_int_equal(audited.n, AUDIT_REFUSALS_MAX + 1);
	assert_int_equal(audited.entries[AUDIT_REFUSALS_MAX].entry.outcome, AUDIT_DONE);
	audited.fails = ERR_UNAVAILABLE;
	assert_err(exchanged(&token), ERR_UNAVAILABLE);
	assert_int_equal(token_fake.n, 1);
}

static void
neither_operators_nor_second_factors_are_for_it(void **state)
{
	(void)state;
	struct access_token token;
	assert_ok(linked(account_make("ana@example.com", ROLE_HOST)));
	fake.accounts[0].account.is_operator = true;
	assert_err(exchanged(&token), ERR_UNAUTHORIZED);
	fake.accounts[0].account.is_operator = false;
	fake.accounts[0].account.second_factor = true;
	assert_err(exchanged(&token), ERR_UNAUTHORIZED);
	assert_int_equal(token_fake.n, 0);
}

static void
an_identity_of_another_account_is_not_linked(void **state)
{
	(void)state;
	assert_ok(linked(account_make("ana@example.com", ROLE_GUEST)));
	assert_err(linked(account_make("ben@example.com", ROLE_GUEST)), ERR_TAKEN);
}

static void
without_issuer_or_audience_it_is_not_offered(void **state)
{
	(void)state;
	struct app without = app;
	assert_true(account_exchange_is_offered(&app));
	without.oidc_provider = NULL;
	assert_false(account_exchange_is_offered(&without));
	settings.oidc_audience[0] = '\0';
	assert_false(account_exchange_is_offered(&app));
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_linked_token_gets_one_of_the_account_which_ends_with_it),
		TEST(a_token_that_does_not_count_gets_and_links_nothing),
		TEST(refused_tokens_leave_place_in_the_audit_for_one_that_counts),
		TEST(neither_operators_nor_second_factors_are_for_it),
		TEST(an_identity_of_another_account_is_not_linked),
		TEST(without_issuer_or_audience_it_is_not_offered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
