/* SPDX-License-Identifier: MIT */
/* email_suite - the contract of every account_store that gives an account another e-mail. */
#include "tests/contract/account_suite.h"

#include "base/mem.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#define NOW     SUITE_NOW
#define MINUTE  INT64_C(60000)
#define OLD     "ana@example.com"
#define NEW     "new@example.com"
#define HASH(t) account_suite_hash(t, (char[SECRET_HASH_TEXT]){0})

static struct account_world world;
static struct account_store store;
static struct account_mail_queue mails;

static int
empty(void **state)
{
	(void)state;
	world.empty();
	return 0;
}

/* A new account, without the mail that it asked for. */
static struct account
added(const char *email)
{
	const struct new_account new_account = account_suite_new(email);
	struct account account;
	struct account_mail_job job;
	bool replayed;
	assert_ok(store.add(store.self, &new_account, &account, &replayed));
	assert_ok(mails.claim(mails.self, NOW, 60, &job));
	assert_ok(mails.finish(mails.self, &job));
	return account;
}

static enum err
ask(uint64_t account_id, const char *email, instant_t now)
{
	struct email_change change = {.account_id = account_id, .now = now};
	uint32_t wait_ms;
	snprintf(change.email, sizeof(change.email), "%s", email);
	return store.email_ask(store.self, &change, &wait_ms);
}

static enum err
token_put(uint64_t account_id, const char *email, const char *token)
{
	char address[EMAIL_SIZE];
	snprintf(address, sizeof(address), "%s", email);
	return store.email_token_put(store.self, account_id, address, HASH(token), NOW);
}

static enum err
prove(const char *token, instant_t now, uint64_t keep_session, struct account *ret_account)
{
	struct email_proof proof = {.keep_session = keep_session, .now = now};
	account_suite_hash(token, proof.hash);
	return store.email_set(store.self, &proof, ret_account);
}

/* The mail that is due next: its kind, to which account, and to which address. */
static void
mail_is(enum account_mail_kind kind, uint64_t account_id, const char *email)
{
	struct account_mail_job job;
	assert_ok(mails.claim(mails.self, NOW, 60, &job));
	assert_int_equal(job.kind, kind);
	assert_int_equal(job.account.id, account_id);
	assert_string_equal(job.email, email);
	assert_ok(mails.finish(mails.self, &job));
}

static void
no_mail_is_due(void)
{
	struct account_mail_job job;
	assert_err(mails.claim(mails.self, NOW, 60, &job), ERR_NOT_FOUND);
}

static uint64_t
session_of(uint64_t account_id, const char *name)
{
	struct new_session new_session = {
		.session = {.account_id = account_id, .created_at = NOW, .seen_at = NOW}};
	struct session session;
	char text[32];
	snprintf(text, sizeof(text), "r-%s", name);
	account_suite_hash(text, new_session.refresh);
	account_suite_hash(name, new_session.cookie);
	assert_ok(world.sessions.begin(world.sessions.self, &new_session, &session));
	return session.id;
}

static bool
session_lasts(const char *name)
{
	struct session session;
	struct account account;
	return world.sessions.of_cookie(world.sessions.self, HASH(name), NOW, &session, &account) ==
	       OK;
}

static void
the_new_address_gets_a_link_and_the_present_one_a_notice(void **state)
{
	(void)state;
	struct account account = added(OLD);
	assert_ok(ask(account.id, NEW, NOW));
	mail_is(ACCOUNT_MAIL_EMAIL, account.id, NEW);
	mail_is(ACCOUNT_MAIL_NOTICE, account.id, OLD);
	no_mail_is_due();
	assert_ok(store.find(store.self, account.id, &account));
	assert_string_equal(account.email, OLD);
	assert_int_equal(account.version, 1);
}

static void
the_token_gives_the_account_its_new_email_once_and_in_time(void **state)
{
	(void)state;
	struct account account = added(OLD), other = added("bea@example.com");
	const uint64_t here = session_of(account.id, "here");
	session_of(account.id, "there");
	session_of(other.id, "other");
	assert_ok(ask(account.id, NEW, NOW));
	assert_err(prove("t", NOW, 0, &account), ERR_NOT_FOUND);
	assert_ok(token_put(account.id, NEW, "t"));
	assert_err(prove("u", NOW, 0, &account), ERR_NOT_FOUND);
	assert_err(prove("t", NOW + 30 * MINUTE, 0, &account), ERR_NOT_FOUND);
	assert_ok(prove("t", NOW + 30 * MINUTE - 1, here, &account));
	assert_string_equal(account.email, NEW);
	assert_true(account.verified);
	assert_int_equal(account.version, 2);
	assert_true(session_lasts("here"));
	assert_false(session_lasts("there"));
	assert_true(session_lasts("other"));
	assert_err(prove("t", NOW, 0, &account), ERR_NOT_FOUND);
	assert_int_equal(added(OLD).version, 1); /* it is free */
}

static void
an_address_that_has_an_account_stays_there_and_its_owner_is_told(void **state)
{
	(void)state;
	const struct account account = added(OLD), owner = added(NEW);
	assert_ok(ask(account.id, NEW, NOW));
	mail_is(ACCOUNT_MAIL_NOTICE, account.id, OLD);
	mail_is(ACCOUNT_MAIL_TAKEN, owner.id, "");
	no_mail_is_due();
	assert_err(token_put(account.id, NEW, "t"), ERR_NOT_FOUND);
	/* as often as for one that is free */
	assert_err(ask(account.id, "free@example.com", NOW + MINUTE - 1), ERR_TOO_MANY);
}

static void
an_address_that_somebody_took_meanwhile_is_a_conflict(void **state)
{
	(void)state;
	struct account account = added(OLD);
	assert_ok(ask(account.id, NEW, NOW));
	assert_ok(token_put(account.id, NEW, "t"));
	mail_is(ACCOUNT_MAIL_EMAIL, account.id, NEW);
	mail_is(ACCOUNT_MAIL_NOTICE, account.id, OLD);
	added(NEW);
	assert_err(prove("t", NOW, 0, &account), ERR_STATE_CONFLICT);
	assert_ok(store.find(store.self, account.id, &account));
	assert_string_equal(account.email, OLD);
}

static void
a_later_address_takes_the_place_of_an_earlier_one(void **state)
{
	(void)state;
	struct account account = added(OLD);
	assert_ok(ask(account.id, "typo@example.com", NOW));
	assert_ok(token_put(account.id, "typo@example.com", "t"));
	assert_err(ask(account.id, NEW, NOW + MINUTE - 1), ERR_TOO_MANY);
	assert_ok(ask(account.id, NEW, NOW + MINUTE));
	assert_err(prove("t", NOW, 0, &account), ERR_NOT_FOUND);
	assert_err(token_put(account.id, "typo@example.com", "t"), ERR_NOT_FOUND);
	assert_ok(token_put(account.id, NEW, "u"));
	assert_ok(prove("u", NOW, 0, &account));
	assert_string_equal(account.email, NEW);
}

static void
more_than_some_a_day_have_to_wait(void **state)
{
	(void)state;
	const struct account account = added(OLD);
	struct email_change change = {.account_id = account.id, .email = NEW};
	uint32_t wait_ms;
	for (int i = 0; i < ACCOUNT_MAIL_DAY_MAX; i++)
		assert_ok(ask(account.id, NEW, NOW + i * MINUTE));
	change.now = NOW + 60 * MINUTE;
	assert_err(store.email_ask(store.self, &change, &wait_ms), ERR_TOO_MANY);
	assert_true(wait_ms > 60 * MINUTE);
	assert_err(ask(account.id + 1, NEW, NOW), ERR_NOT_FOUND);
}

static void
a_new_password_withdraws_it(void **state)
{
	(void)state;
	struct account account = added(OLD);
	const struct password_change change = {
		.account_id = account.id, .password = "hash 2", .now = NOW};
	assert_ok(ask(account.id, NEW, NOW));
	assert_ok(token_put(account.id, NEW, "t"));
	assert_ok(store.password_set(store.self, &change));
	assert_err(prove("t", NOW, 0, &account), ERR_NOT_FOUND);
	assert_err(token_put(account.id, NEW, "u"), ERR_NOT_FOUND);
	assert_ok(ask(account.id, NEW, NOW + MINUTE));
	assert_ok(token_put(account.id, NEW, "v"));
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_RESET, HASH("r"), NOW));
	assert_ok(store.reset(store.self, HASH("r"), change.password, NOW, NULL, &account));
	assert_err(prove("v", NOW, 0, &account), ERR_NOT_FOUND);
}

static void
mails_to_the_address_of_before_prove_nothing_any_more(void **state)
{
	(void)state;
	struct account account = added(OLD), changed;
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_RESET, HASH("r"), NOW));
	assert_ok(ask(account.id, NEW, NOW));
	assert_ok(token_put(account.id, NEW, "t"));
	assert_ok(prove("t", NOW, 0, &changed));
	assert_err(store.reset_find(store.self, HASH("r"), NOW, &changed), ERR_NOT_FOUND);
	/* one that was about to be sent */
	assert_err(store.token_put(store.self, &account, ACCOUNT_MAIL_RESET, HASH("s"), NOW),
	           ERR_NOT_FOUND);
}

static void
an_address_that_nobody_proves_is_forgotten_after_a_day(void **state)
{
	(void)state;
	size_t n;
	const struct account account = added(OLD);
	assert_ok(ask(account.id, NEW, NOW));
	assert_ok(mails.purge(mails.self, NOW + ACCOUNT_MAIL_DAY_MS - 1, 9, &n));
	assert_int_equal(n, 0);
	assert_ok(mails.purge(mails.self, NOW + ACCOUNT_MAIL_DAY_MS, 9, &n));
	assert_int_equal(n, 4); /* two mails of it, that of signing up, and the address */
	assert_err(token_put(account.id, NEW, "t"), ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
email_suite_run(const char *where, const struct account_world *tested)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_new_address_gets_a_link_and_the_present_one_a_notice),
		TEST(the_token_gives_the_account_its_new_email_once_and_in_time),
		TEST(an_address_that_has_an_account_stays_there_and_its_owner_is_told),
		TEST(an_address_that_somebody_took_meanwhile_is_a_conflict),
		TEST(a_later_address_takes_the_place_of_an_earlier_one),
		TEST(more_than_some_a_day_have_to_wait),
		TEST(a_new_password_withdraws_it),
		TEST(mails_to_the_address_of_before_prove_nothing_any_more),
		TEST(an_address_that_nobody_proves_is_forgotten_after_a_day),
	};
	world = *tested;
	store = world.accounts;
	mails = world.mails;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
