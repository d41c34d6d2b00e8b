/* SPDX-License-Identifier: MIT */
#include "tests/contract/audit_suite.h"

#include "base/mem.h"
#include "tests/contract/account_suite.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#define NOW        SUITE_NOW
#define DAY_MS     INT64_C(86400000)
#define HASH(t)    account_suite_hash(t, (char[SECRET_HASH_TEXT]){0})
#define TEST(name) cmocka_unit_test_setup(name, empty)

static const char new_hash[PASSWORD_HASH_SIZE] = "hash 2";
static struct audit_world world;

static int
empty(void **state)
{
	(void)state;
	world.empty();
	return 0;
}

/* What an account does to itself; the store says which one it is. */
static struct audit_entry
own(enum audit_what what)
{
	return (struct audit_entry){.what = what,
	                            .by = {.role = AUDIT_ACCOUNT_OWNER, .address = "192.0.2.1"},
	                            .subject = AUDIT_ABOUT_ACCOUNT};
}

static uint64_t
account_make(void)
{
	const struct audit_entry made = own(AUDIT_ACCOUNT);
	struct new_account new_account = account_suite_new("ana@example.com");
	struct account account;
	bool replayed;
	new_account.audit = &made;
	assert_ok(world.accounts.add(world.accounts.self, &new_account, &account, &replayed));
	return account.id;
}

static struct session
session_make(uint64_t account_id, const char *name)
{
	const struct audit_entry begun = own(AUDIT_SIGN_IN);
	struct new_session new_session = {
		.session = {.account_id = account_id, .created_at = NOW, .seen_at = NOW},
		.audit = &begun};
	struct session session;
	char text[32];
	snprintf(text, sizeof(text), "r%s", name);
	account_suite_hash(text, new_session.refresh);
	account_suite_hash(name, new_session.cookie);
	assert_ok(world.sessions.begin(world.sessions.self, &new_session, &session));
	return session;
}

/* ---- the port ---- */

static void
an_entry_is_kept(void **state)
{
	(void)state;
	struct audit_entry entry = own(AUDIT_REFUSAL);
	entry.by.id = entry.subject_id = 7;
	assert_ok(world.audit.add(world.audit.self, &entry));
	assert_ok(world.audit.add(world.audit.self, &entry));
	assert_int_equal(world.count(), 2);
	assert_int_equal(world.own(AUDIT_REFUSAL, 7), 2);
}

static size_t
purged(instant_t before, size_t max)
{
	size_t n = 0;
	assert_ok(world.audit.purge(world.audit.self, before, max, &n));
	return n;
}

static void
old_entries_are_purged_and_at_most_so_many(void **state)
{
	(void)state;
	const struct audit_entry entry = own(AUDIT_REFUSAL);
	for (int i = 0; i < 3; i++)
		assert_ok(world.audit.add(world.audit.self, &entry));
	world.age(100);
	assert_ok(world.audit.add(world.audit.self, &entry));
	assert_int_equal(purged(instant_now() - 90 * DAY_MS, 2), 2);
	assert_int_equal(purged(instant_now() - 90 * DAY_MS, 2), 1);
	assert_int_equal(purged(instant_now() - 90 * DAY_MS, 2), 0);
	assert_int_equal(world.count(), 1);
}

static void
young_entries_are_never_purged(void **state)
{
	(void)state;
	const struct audit_entry entry = own(AUDIT_REFUSAL);
	assert_ok(world.audit.add(world.audit.self, &entry));
	world.age(AUDIT_KEPT_DAYS - 1);
	assert_int_equal(purged(instant_now() + DAY_MS, 10), 0);
	world.age(2);
	assert_int_equal(purged(instant_now() + DAY_MS, 10), 1);
}

/* ---- changes ---- */

static void
a_change_and_its_entry_come_together(void **state)
{
	(void)state;
	const struct audit_entry given = own(AUDIT_ROLE_GIVEN);
	const struct audit_entry password = own(AUDIT_PASSWORD), erased = own(AUDIT_ERASURE);
	const uint64_t id = account_make();
	struct account account;
	const struct password_change change = {
		.account_id = id, .password = "hash 2", .now = NOW, .audit = &password};
	assert_int_equal(world.own(AUDIT_ACCOUNT, id), 1);
	assert_ok(world.accounts.role_set(world.accounts.self, id, ROLE_HOST, true, NOW, &given,
	                                  &account));
	assert_int_equal(world.own(AUDIT_ROLE_GIVEN, id), 1);
	assert_ok(world.accounts.password_set(world.accounts.self, &change));
	assert_int_equal(world.own(AUDIT_PASSWORD, id), 1);
	assert_ok(world.accounts.erase(world.accounts.self, id, NOW, &erased));
	assert_int_equal(world.own(AUDIT_ERASURE, id), 1);
	assert_int_equal(world.count(), 4);
}

static void
what_changes_nothing_has_no_entry(void **state)
{
	(void)state;
	const struct audit_entry entry = own(AUDIT_ROLE_TAKEN);
	const uint64_t id = account_make();
	struct account account;
	assert_ok(world.accounts.role_set(world.accounts.self, id, ROLE_HOST, false, NOW, &entry,
	                                  &account));
	assert_err(world.accounts.role_set(world.accounts.self, id + 1, ROLE_HOST, false, NOW,
	                                   &entry, &account),
	           ERR_NOT_FOUND);
	assert_err(world.accounts.second_factor_confirm(world.accounts.self, id, 1, 0, NOW, &entry),
	           ERR_STATE_CONFLICT);
	assert_err(world.accounts.second_factor_remove(world.accounts.self, id, 0, NOW, &entry),
	           ERR_STATE_CONFLICT);
	assert_err(world.accounts.reset(world.accounts.self, HASH("no token"), new_hash, NOW,
	                                &entry, &account),
	           ERR_NOT_FOUND);
	assert_err(world.accounts.erase(world.accounts.self, id + 1, NOW, &entry), ERR_NOT_FOUND);
	assert_err(world.sessions.end(world.sessions.self, 4711, id, &entry), ERR_NOT_FOUND);
	assert_ok(world.sessions.end_by_cookie(world.sessions.self, HASH("no cookie"), &entry));
	assert_ok(world.sessions.end_by_refresh(world.sessions.self, HASH("no token"), &entry));
	assert_int_equal(world.count(), 1);
}

static void
a_second_factor_and_a_reset_have_entries(void **state)
{
	(void)state;
	const struct audit_entry on = own(AUDIT_FACTOR_ON), off = own(AUDIT_FACTOR_OFF);
	const struct audit_entry reset = own(AUDIT_RESET);
	const uint64_t id = account_make();
	struct second_factor_offer offer = {
		.account_id = id, .otp = {.seal = "sealed-1", .sealed = "a1"}, .now = NOW};
	struct account account;
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		char text[16];
		snprintf(text, sizeof(text), "code %zu", i);
		account_suite_hash(text, offer.recovery[i]);
	}
	assert_ok(world.accounts.second_factor_offer(world.accounts.self, &offer));
	assert_ok(world.accounts.second_factor_confirm(world.accounts.self, id, 1, 0, NOW, &on));
	assert_int_equal(world.own(AUDIT_FACTOR_ON, id), 1);
	assert_ok(world.accounts.second_factor_remove(world.accounts.self, id, 0, NOW, &off));
	assert_int_equal(world.own(AUDIT_FACTOR_OFF, id), 1);
	assert_ok(world.accounts.find(world.accounts.self, id, &account));
	assert_ok(world.accounts.token_put(world.accounts.self, &account, ACCOUNT_MAIL_RESET,
	                                   HASH("token"), NOW));
	assert_ok(world.accounts.reset(world.accounts.self, HASH("token"), new_hash, NOW, &reset,
	                               &account));
	assert_int_equal(world.own(AUDIT_RESET, id), 1);
}

static void
another_e_mail_has_an_entry_when_it_is_asked_for_and_when_it_counts(void **state)
{
	(void)state;
	const struct audit_entry asked = own(AUDIT_EMAIL_ASK), changed = own(AUDIT_EMAIL);
	const uint64_t id = account_make();
	struct email_change change = {
		.account_id = id, .email = "new@example.com", .now = NOW, .audit = &asked};
	struct email_proof proof = {.now = NOW, .audit = &changed};
	struct account account;
	uint32_t wait_ms;
	account_suite_hash("token", proof.hash);
	assert_ok(world.accounts.email_ask(world.accounts.self, &change, &wait_ms));
	assert_err(world.accounts.email_ask(world.accounts.self, &change, &wait_ms), ERR_TOO_MANY);
	assert_int_equal(world.own(AUDIT_EMAIL_ASK, id), 1);
	assert_err(world.accounts.email_set(world.accounts.self, &proof, &account), ERR_NOT_FOUND);
	assert_ok(world.accounts.email_token_put(world.accounts.self, id, change.email, proof.hash,
	                                         NOW));
	assert_ok(world.accounts.email_set(world.accounts.self, &proof, &account));
	assert_int_equal(world.own(AUDIT_EMAIL, id), 1);
}

static void
sessions_have_entries_from_their_beginning_to_their_end(void **state)
{
	(void)state;
	const struct audit_entry out = own(AUDIT_SIGN_OUT), ended = own(AUDIT_SESSION_END);
	const uint64_t id = account_make();
	const struct session one = session_make(id, "one");
	session_make(id, "two");
	session_make(id, "three");
	session_make(id, "four");
	assert_int_equal(world.own(AUDIT_SIGN_IN, id), 4);
	assert_ok(world.sessions.end(world.sessions.self, one.id, id, &ended));
	assert_int_equal(world.own(AUDIT_SESSION_END, id), 1);
	assert_ok(world.sessions.end_by_cookie(world.sessions.self, HASH("two"), &out));
	assert_ok(world.sessions.end_by_refresh(world.sessions.self, HASH("rthree"), &out));
	assert_int_equal(world.own(AUDIT_SIGN_OUT, id), 2);
	assert_ok(world.sessions.end_others(world.sessions.self, id, 0, &ended));
	assert_int_equal(world.own(AUDIT_SESSION_END, id), 2);
}

static void
a_refresh_token_has_an_entry_when_it_is_used_again_and_only_then(void **state)
{
	(void)state;
	const struct audit_entry reused = own(AUDIT_TOKEN_REUSE);
	const uint64_t id = account_make();
	struct session session;
	struct account account;
	session_make(id, "one");
	assert_ok(world.sessions.refresh(world.sessions.self, HASH("rone"), HASH("next"), NOW,
	                                 &reused, &session, &account));
	assert_int_equal(world.own(AUDIT_TOKEN_REUSE, id), 0);
	assert_err(world.sessions.refresh(world.sessions.self, HASH("rone"), HASH("more"), NOW,
	                                  &reused, &session, &account),
	           ERR_FORBIDDEN);
	assert_int_equal(world.own(AUDIT_TOKEN_REUSE, id), 1);
}

int
audit_suite_run(const char *where, const struct audit_world *tested)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_entry_is_kept),
		TEST(old_entries_are_purged_and_at_most_so_many),
		TEST(young_entries_are_never_purged),
		TEST(a_change_and_its_entry_come_together),
		TEST(what_changes_nothing_has_no_entry),
		TEST(a_second_factor_and_a_reset_have_entries),
		TEST(another_e_mail_has_an_entry_when_it_is_asked_for_and_when_it_counts),
		TEST(sessions_have_entries_from_their_beginning_to_their_end),
		TEST(a_refresh_token_has_an_entry_when_it_is_used_again_and_only_then),
	};
	world = *tested;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
