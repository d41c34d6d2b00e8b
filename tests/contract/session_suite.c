/* SPDX-License-Identifier: MIT */
/* session_suite - the contract of every session_store. */
#include "tests/contract/account_suite.h"

#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#define NOW     SUITE_NOW
#define MINUTE  INT64_C(60000)
#define DAY     (24 * 60 * MINUTE)
#define HASH(t) account_suite_hash(t, (char[SECRET_HASH_TEXT]){0})

static struct account_world world;
static struct session_store store;
static struct account ana;

static int
begin(void **state)
{
	(void)state;
	bool replayed;
	const struct new_account new_account = account_suite_new("ana@example.com");
	world.empty();
	assert_ok(world.accounts.add(world.accounts.self, &new_account, &ana, &replayed));
	return 0;
}

static struct session
begun(const char *refresh, const char *cookie, instant_t at)
{
	struct new_session new_session = {.session = {.account_id = ana.id,
	                                              .second_factor = true,
	                                              .created_at = at,
	                                              .seen_at = at,
	                                              .address = "192.0.2.1",
	                                              .agent = "브라우저"}};
	struct session session;
	account_suite_hash(refresh, new_session.refresh);
	account_suite_hash(cookie, new_session.cookie);
	assert_ok(store.begin(store.self, &new_session, &session));
	return session;
}

static enum err
use(const char *cookie, instant_t now, struct session *ret_session)
{
	struct account account;
	return store.of_cookie(store.self, HASH(cookie), now, ret_session, &account);
}

static enum err
exchange(const char *from, const char *to, instant_t now)
{
	struct session session;
	struct account account;
	return store.refresh(store.self, HASH(from), HASH(to), now, NULL, &session, &account);
}

static void
host_make(void)
{
	assert_ok(world.accounts.role_set(world.accounts.self, ana.id, ROLE_HOST, true, NOW, NULL,
	                                  &ana));
}

static void
a_session_is_found_by_its_cookie_with_its_account(void **state)
{
	(void)state;
	struct session session;
	struct account account;
	const struct session made = begun("r", "c", NOW);
	assert_ok(store.of_cookie(store.self, HASH("c"), NOW, &session, &account));
	assert_int_equal(session.id, made.id);
	assert_int_equal(session.account_id, ana.id);
	assert_true(session.second_factor);
	assert_string_equal(session.address, "192.0.2.1");
	assert_string_equal(session.agent, "브라우저");
	assert_string_equal(account.email, "ana@example.com");
	assert_err(use("r", NOW, &session), ERR_NOT_FOUND);
	assert_err(use("other", NOW, &session), ERR_NOT_FOUND);
}

static void
a_session_lasts_while_it_is_used(void **state)
{
	(void)state;
	struct session session;
	begun("r", "c", NOW);
	assert_ok(use("c", NOW + 29 * DAY, &session));
	assert_ok(use("c", NOW + 58 * DAY, &session));
	assert_err(use("c", NOW + 88 * DAY, &session), ERR_NOT_FOUND);
}

static void
the_session_of_somebody_who_becomes_a_host_gets_shorter(void **state)
{
	(void)state;
	struct session session;
	begun("r", "c", NOW);
	host_make();
	assert_ok(use("c", NOW + 29 * MINUTE, &session));
	assert_err(use("c", NOW + 59 * MINUTE, &session), ERR_NOT_FOUND);
	assert_err(exchange("r", "s", NOW + 59 * MINUTE), ERR_NOT_FOUND);
}

static void
use_is_noted_to_the_minute(void **state)
{
	(void)state;
	struct session session;
	begun("r", "c", NOW);
	assert_ok(use("c", NOW + 59999, &session));
	assert_int_equal(session.seen_at, NOW);
	assert_ok(use("c", NOW + 60000, &session));
	assert_int_equal(session.seen_at, NOW + 60000);
	assert_ok(use("c", NOW + 60001, &session));
	assert_int_equal(session.seen_at, NOW + 60000);
}

static void
a_refresh_token_is_exchanged_for_another(void **state)
{
	(void)state;
	struct session session;
	struct account account;
	const struct session made = begun("r", "c", NOW);
	assert_ok(store.refresh(store.self, HASH("r"), HASH("s"), NOW + 2 * MINUTE, NULL, &session,
	                        &account));
	assert_int_equal(session.id, made.id);
	assert_int_equal(session.seen_at, NOW + 2 * MINUTE);
	assert_int_equal(account.id, ana.id);
	assert_ok(exchange("s", "t", NOW + 3 * MINUTE));
	assert_err(exchange("x", "y", NOW), ERR_NOT_FOUND);
	assert_err(exchange("c", "y", NOW), ERR_NOT_FOUND);
}

static void
any_exchanged_token_that_comes_again_ends_its_session(void **state)
{
	(void)state;
	struct session session;
	begun("r", "c", NOW);
	begun("r2", "c2", NOW);
	assert_ok(exchange("r", "s", NOW));
	assert_ok(exchange("s", "t", NOW));
	assert_err(exchange("r", "u", NOW), ERR_FORBIDDEN);
	assert_err(exchange("t", "u", NOW), ERR_NOT_FOUND);
	assert_err(use("c", NOW, &session), ERR_NOT_FOUND);
	assert_ok(use("c2", NOW, &session));
}

static void
note(void *arg, const struct session *session)
{
	uint64_t *ids = arg;
	ids[++ids[0]] = session->id;
}

static void
sessions_are_listed_last_used_first_and_one_is_ended_by_its_owner(void **state)
{
	(void)state;
	uint64_t ids[9] = {0};
	struct session session;
	const uint64_t one = begun("r1", "c1", NOW).id, two = begun("r2", "c2", NOW).id;
	begun("r3", "c3", NOW - 31 * DAY);
	assert_ok(use("c1", NOW + MINUTE, &session));
	assert_ok(store.list(store.self, &ana, NOW + MINUTE, note, ids));
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], one);
	assert_int_equal(ids[2], two);
	assert_err(store.end(store.self, one, ana.id + 1, NULL), ERR_NOT_FOUND);
	assert_ok(store.end(store.self, one, ana.id, NULL));
	assert_err(store.end(store.self, one, ana.id, NULL), ERR_NOT_FOUND);
	assert_err(use("c1", NOW, &session), ERR_NOT_FOUND);
}

static void
signing_out_ends_the_session_of_the_token(void **state)
{
	(void)state;
	struct session session;
	begun("r1", "c1", NOW);
	begun("r2", "c2", NOW);
	const uint64_t keep = begun("r3", "c3", NOW).id;
	begun("r4", "c4", NOW);
	assert_ok(store.end_by_cookie(store.self, HASH("c1"), NULL));
	assert_ok(store.end_by_refresh(store.self, HASH("r2"), NULL));
	assert_ok(store.end_by_refresh(store.self, HASH("unknown"), NULL));
	assert_err(use("c1", NOW, &session), ERR_NOT_FOUND);
	assert_err(use("c2", NOW, &session), ERR_NOT_FOUND);
	assert_ok(use("c4", NOW, &session));
	assert_ok(store.end_others(store.self, ana.id, keep, NULL));
	assert_ok(use("c3", NOW, &session));
	assert_err(use("c4", NOW, &session), ERR_NOT_FOUND);
}

static void
of_too_many_sessions_the_one_unused_for_longest_ends(void **state)
{
	(void)state;
	struct session session;
	char refresh[16], cookie[16];
	for (int i = 0; i <= SESSIONS_MAX; i++) {
		snprintf(refresh, sizeof(refresh), "r%02d", i);
		snprintf(cookie, sizeof(cookie), "c%02d", i);
		begun(refresh, cookie, NOW + (i == 7 ? -1 : i));
	}
	assert_err(use("c07", NOW, &session), ERR_NOT_FOUND);
	assert_ok(use("c00", NOW, &session));
	assert_ok(use("c50", NOW, &session));
}

/* ---- tries ---- */

static enum err
try(const char *email, const char *address, instant_t now, uint32_t *ret_wait_ms)
{
	return store.try_begin(store.self, HASH(email), address, now, ret_wait_ms);
}

static void
tries_wait_after_failures_of_a_pair_and_a_success_ends_that(void **state)
{
	(void)state;
	uint32_t wait_ms;
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_ok(try("ana", "192.0.2.1", NOW, &wait_ms));
	assert_err(try("ana", "192.0.2.1", NOW + 250, &wait_ms), ERR_TOO_MANY);
	assert_int_equal(wait_ms, 750);
	assert_ok(try("ana", "192.0.2.2", NOW, &wait_ms));
	assert_ok(try("bea", "192.0.2.1", NOW, &wait_ms));
	assert_ok(try("ana", "192.0.2.1", NOW + 1000, &wait_ms));
	assert_err(try("ana", "192.0.2.1", NOW + 2999, &wait_ms), ERR_TOO_MANY);
	assert_int_equal(wait_ms, 1);
	assert_ok(store.try_succeed(store.self, HASH("ana"), "192.0.2.1"));
	assert_ok(try("ana", "192.0.2.1", NOW + 2999, &wait_ms));
}

static void
an_address_waits_whatever_account_it_tries(void **state)
{
	(void)state;
	uint32_t wait_ms;
	char email[16];
	for (int i = 0; i < SIGN_IN_ADDRESS_FREE; i++) {
		snprintf(email, sizeof(email), "a%02d", i);
		assert_ok(try(email, "192.0.2.1", NOW, &wait_ms));
	}
	assert_err(try("new", "192.0.2.1", NOW, &wait_ms), ERR_TOO_MANY);
	assert_int_equal(wait_ms, SIGN_IN_PAUSE_MS);
	assert_ok(try("new", "192.0.2.2", NOW, &wait_ms));
	assert_ok(store.try_succeed(store.self, HASH("a01"), "192.0.2.1"));
	assert_ok(try("new", "192.0.2.1", NOW, &wait_ms));
	assert_err(try("other", "192.0.2.1", NOW, &wait_ms), ERR_TOO_MANY);
}

static void
who_has_no_address_is_counted_by_account_alone(void **state)
{
	(void)state;
	uint32_t wait_ms;
	char email[16];
	for (int i = 0; i < SIGN_IN_ADDRESS_FREE + 9; i++) {
		snprintf(email, sizeof(email), "a%02d", i);
		assert_ok(try(email, "", NOW, &wait_ms));
	}
	for (int i = 0; i < SIGN_IN_PAIR_FREE; i++)
		assert_ok(try("ana", "", NOW, &wait_ms));
	assert_err(try("ana", "", NOW, &wait_ms), ERR_TOO_MANY);
}

/* ---- purging ---- */

static void
what_has_ended_is_purged_and_what_lasts_stays(void **state)
{
	(void)state;
	size_t n;
	uint32_t wait_ms;
	struct session session;
	begun("r1", "c1", NOW - 30 * DAY);
	begun("r2", "c2", NOW - 30 * DAY + 1);
	assert_ok(exchange("r2", "s2", NOW - 30 * DAY + 1));
	assert_ok(try("ana", "192.0.2.1", NOW - DAY, &wait_ms));
	assert_ok(try("bea", "", NOW - DAY + 1, &wait_ms));
	assert_ok(store.purge(store.self, NOW, 9, &n));
	assert_int_equal(n, 3);
	assert_ok(use("c2", NOW, &session));
	host_make();
	assert_ok(store.purge(store.self, NOW + DAY, 9, &n));
	assert_int_equal(n, 2);
	assert_ok(store.purge(store.self, NOW + DAY, 9, &n));
	assert_int_equal(n, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
session_suite_run(const char *where, const struct account_world *tested)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_session_is_found_by_its_cookie_with_its_account),
		TEST(a_session_lasts_while_it_is_used),
		TEST(the_session_of_somebody_who_becomes_a_host_gets_shorter),
		TEST(use_is_noted_to_the_minute),
		TEST(a_refresh_token_is_exchanged_for_another),
		TEST(any_exchanged_token_that_comes_again_ends_its_session),
		TEST(sessions_are_listed_last_used_first_and_one_is_ended_by_its_owner),
		TEST(signing_out_ends_the_session_of_the_token),
		TEST(of_too_many_sessions_the_one_unused_for_longest_ends),
		TEST(tries_wait_after_failures_of_a_pair_and_a_success_ends_that),
		TEST(an_address_waits_whatever_account_it_tries),
		TEST(who_has_no_address_is_counted_by_account_alone),
		TEST(what_has_ended_is_purged_and_what_lasts_stays),
	};
	world = *tested;
	store = world.sessions;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
