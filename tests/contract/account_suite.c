/* SPDX-License-Identifier: MIT */
/* account_suite - the contract of every account_store and account_mail_queue. */
#include "tests/contract/account_suite_parts.h"

#include <stdio.h>
#include <string.h>

struct account_world world;
struct account_store store;
struct account_mail_queue mails;

int
empty(void **state)
{
	(void)state;
	world.empty();
	return 0;
}

struct new_account
account_suite_new(const char *email)
{
	struct new_account new_account = {.password = "hash 1"};
	snprintf(new_account.account.email, sizeof(new_account.account.email), "%s", email);
	strcpy(new_account.account.name, "Ana 김");
	account_begin(&new_account.account, ROLE_GUEST, NOW);
	return new_account;
}

const char *
account_suite_hash(const char *text, char ret_hash[SECRET_HASH_TEXT])
{
	snprintf(ret_hash, SECRET_HASH_TEXT, "%-64s", text);
	for (char *c = ret_hash; *c; c++)
		*c = *c == ' ' ? '0' : *c;
	return ret_hash;
}

struct account
added(const char *email)
{
	const struct new_account new_account = account_suite_new(email);
	struct account account;
	bool replayed;
	assert_ok(store.add(store.self, &new_account, &account, &replayed));
	assert_false(replayed);
	return account;
}

struct account
found(uint64_t id, struct account_secrets *ret_secrets)
{
	struct account account;
	assert_ok(store.find_with_secrets(store.self, id, &account, ret_secrets));
	return account;
}

uint64_t
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

bool
session_lasts(const char *name)
{
	struct session session;
	struct account account;
	return world.sessions.of_cookie(world.sessions.self, HASH(name), NOW, &session, &account) ==
	       OK;
}

/* ---- accounts ---- */

static void
an_account_is_found_by_its_number_and_by_its_email(void **state)
{
	(void)state;
	struct account_secrets secrets;
	struct account account = added("ana@example.com"), other;
	assert_true(account.id >= ACCOUNT_ID_FIRST);
	assert_ok(store.find(store.self, account.id, &other));
	assert_string_equal(other.email, "ana@example.com");
	assert_string_equal(other.name, "Ana 김");
	assert_int_equal(other.version, 1);
	assert_int_equal(other.created_at, NOW);
	assert_false(other.is_host || other.is_operator || other.verified || other.second_factor);
	assert_ok(store.find_by_email(store.self, "ana@example.com", &other, &secrets));
	assert_int_equal(other.id, account.id);
	assert_string_equal(secrets.password, "hash 1");
	assert_string_equal(secrets.otp.seal, "");
	assert_err(store.find(store.self, account.id + 1, &other), ERR_NOT_FOUND);
}

static void
emails_are_compared_byte_by_byte(void **state)
{
	(void)state;
	struct account_secrets secrets;
	struct account other;
	const struct account account = added("ana@example.com");
	assert_err(store.find_by_email(store.self, "Ana@example.com", &other, &secrets),
	           ERR_NOT_FOUND);
	assert_err(store.find_by_email(store.self, "ana@example.com ", &other, &secrets),
	           ERR_NOT_FOUND);
	assert_int_not_equal(added("Ana@example.com").id, account.id);
}

static void
an_email_or_a_number_has_one_account(void **state)
{
	(void)state;
	bool replayed;
	struct account other;
	struct account account = added("ana@example.com");
	struct new_account again = account_suite_new("ana@example.com");
	assert_err(store.add(store.self, &again, &other, &replayed), ERR_STATE_CONFLICT);
	again = account_suite_new("bea@example.com");
	again.account.id = account.id;
	assert_err(store.add(store.self, &again, &other, &replayed), ERR_TAKEN);
	again.account.id = 42;
	assert_ok(store.add(store.self, &again, &other, &replayed));
	assert_int_equal(other.id, 42);
	assert_true(added("cid@example.com").id >= ACCOUNT_ID_FIRST);
}

static void
a_key_signs_up_once(void **state)
{
	(void)state;
	bool replayed;
	struct account one, two;
	struct new_account new_account = account_suite_new("ana@example.com");
	new_account.key = (struct idempotency){.key = "k", .scope = "s", .fingerprint = {1}};
	assert_err(store.key_find(store.self, &new_account.key), ERR_NOT_FOUND);
	assert_ok(store.add(store.self, &new_account, &one, &replayed));
	assert_false(replayed);
	assert_ok(store.key_find(store.self, &new_account.key));
	assert_ok(store.add(store.self, &new_account, &two, &replayed));
	assert_true(replayed);
	assert_int_equal(two.id, one.id);
	new_account.key.fingerprint[0] = 2;
	assert_err(store.add(store.self, &new_account, &two, &replayed), ERR_KEY_REUSED);
}

static struct account_change
renaming(const struct account *account, const char *name)
{
	struct account_change change = {
		.id = account->id, .members = ACCOUNT_NAME, .now = NOW + MINUTE};
	snprintf(change.to.name, sizeof(change.to.name), "%s", name);
	return change;
}

static void
a_change_makes_a_version_and_one_that_changes_nothing_makes_none(void **state)
{
	(void)state;
	bool replayed;
	struct account account = added("ana@example.com");
	struct account_change change = renaming(&account, "Bea");
	strcpy(change.to.language, "ko");
	assert_ok(store.change(store.self, &change, &account, &replayed));
	assert_string_equal(account.name, "Bea");
	assert_string_equal(account.language, "");
	assert_int_equal(account.version, 2);
	assert_int_equal(account.updated_at, NOW + MINUTE);
	assert_ok(store.change(store.self, &change, &account, &replayed));
	assert_int_equal(account.version, 2);
	change.id++;
	assert_err(store.change(store.self, &change, &account, &replayed), ERR_NOT_FOUND);
}

static void
a_change_can_demand_a_version_and_is_made_once_by_a_key(void **state)
{
	(void)state;
	bool replayed;
	struct account account = added("ana@example.com");
	struct account_change change = renaming(&account, "Bea");
	change.condition = IF_MATCH(2);
	assert_err(store.change(store.self, &change, &account, &replayed), ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(1);
	change.key = (struct idempotency){.key = "k", .scope = "s"};
	assert_ok(store.change(store.self, &change, &account, &replayed));
	assert_false(replayed);
	assert_ok(store.change(store.self, &change, &account, &replayed));
	assert_true(replayed);
	assert_int_equal(account.version, 2);
}

static void
a_role_is_given_and_taking_it_ends_all_sessions(void **state)
{
	(void)state;
	struct account account = added("ana@example.com");
	session_of(account.id, "cookie");
	assert_ok(store.role_set(store.self, account.id, ROLE_HOST, true, NOW, NULL, &account));
	assert_true(account.is_host);
	assert_int_equal(account.version, 2);
	assert_ok(store.role_set(store.self, account.id, ROLE_HOST, true, NOW, NULL, &account));
	assert_int_equal(account.version, 2);
	assert_true(session_lasts("cookie"));
	assert_ok(store.role_set(store.self, account.id, ROLE_HOST, false, NOW, NULL, &account));
	assert_false(account.is_host);
	assert_false(session_lasts("cookie"));
	assert_err(store.role_set(store.self, account.id, ROLE_GUEST, false, NOW, NULL, &account),
	           ERR_INVALID);
	assert_err(store.role_set(store.self, 1, ROLE_HOST, true, NOW, NULL, &account),
	           ERR_NOT_FOUND);
}

static void
note(void *arg, const struct account *account)
{
	uint64_t *ids = arg;
	ids[++ids[0]] = account->id;
}

static void
a_list_is_sorted_and_paged_and_narrowed_by_role(void **state)
{
	(void)state;
	uint64_t ids[9] = {0}, total;
	struct account host = added("c@example.com");
	const uint64_t b = added("b@example.com").id, a = added("a@example.com").id;
	assert_ok(store.role_set(store.self, host.id, ROLE_HOST, true, NOW, NULL, &host));
	struct account_list list = {.paging = {.size = 2, .sort = ACCOUNT_SORT_EMAIL}};
	assert_ok(store.list(store.self, &list, note, ids, &total));
	assert_int_equal(total, 3);
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], a);
	assert_int_equal(ids[2], b);
	ids[0] = 0;
	list = (struct account_list){.role = ROLE_HOST, .paging = {.size = 2, .descending = true}};
	assert_ok(store.list(store.self, &list, note, ids, &total));
	assert_int_equal(total, 1);
	assert_int_equal(ids[1], host.id);
	list.role = ROLE_OPERATOR;
	assert_ok(store.list(store.self, &list, note, ids, &total));
	assert_int_equal(total, 0);
}

/* ---- mails ---- */

static void
signing_up_asks_for_one_mail_that_is_claimed_once(void **state)
{
	(void)state;
	struct account_mail_job job, none;
	uint64_t n;
	instant_t oldest;
	struct account account = added("ana@example.com");
	assert_ok(mails.backlog(mails.self, &n, &oldest));
	assert_int_equal(n, 1);
	assert_int_equal(oldest, NOW);
	assert_err(mails.claim(mails.self, NOW - 1, 60, &job), ERR_NOT_FOUND);
	assert_ok(mails.claim(mails.self, NOW, 60, &job));
	assert_int_equal(job.kind, ACCOUNT_MAIL_VERIFY);
	assert_int_equal(job.attempts, 1);
	assert_int_equal(job.account.id, account.id);
	assert_string_equal(job.account.email, "ana@example.com");
	assert_err(mails.claim(mails.self, NOW, 60, &none), ERR_NOT_FOUND);
	assert_ok(mails.finish(mails.self, &job));
	assert_err(mails.claim(mails.self, NOW + 60 * MINUTE, 60, &none), ERR_NOT_FOUND);
	assert_ok(mails.backlog(mails.self, &n, &oldest));
	assert_int_equal(n, 0);
	assert_int_equal(oldest, 0);
}

static void
a_claim_that_is_not_finished_comes_again_and_its_outcome_is_ignored(void **state)
{
	(void)state;
	struct account_mail_job first, second;
	added("ana@example.com");
	assert_ok(mails.claim(mails.self, NOW, 60, &first));
	assert_ok(mails.claim(mails.self, NOW + MINUTE, 60, &second));
	assert_int_equal(second.id, first.id);
	assert_int_equal(second.attempts, 2);
	assert_ok(mails.finish(mails.self, &first));
	assert_ok(mails.postpone(mails.self, &second, NOW + 9 * MINUTE));
	assert_err(mails.claim(mails.self, NOW + 8 * MINUTE, 60, &first), ERR_NOT_FOUND);
	assert_ok(mails.claim(mails.self, NOW + 9 * MINUTE, 60, &first));
	assert_int_equal(first.attempts, 3);
}

static void
mails_of_a_kind_are_limited_and_nobody_is_told(void **state)
{
	(void)state;
	uint64_t n;
	instant_t oldest;
	const uint64_t id = added("ana@example.com").id;
	assert_ok(mails.ask(mails.self, id, ACCOUNT_MAIL_VERIFY, NOW + 1));
	assert_ok(mails.ask(mails.self, id, ACCOUNT_MAIL_RESET, NOW + 1));
	assert_ok(mails.ask(mails.self, id, ACCOUNT_MAIL_RESET, NOW + 2));
	assert_ok(mails.backlog(mails.self, &n, &oldest));
	assert_int_equal(n, 2);
	for (int i = 1; i < 9; i++)
		assert_ok(mails.ask(mails.self, id, ACCOUNT_MAIL_VERIFY, NOW + i * MINUTE));
	assert_ok(mails.backlog(mails.self, &n, &oldest));
	assert_int_equal(n, ACCOUNT_MAIL_DAY_MAX + 1);
	assert_ok(mails.ask(mails.self, id, ACCOUNT_MAIL_VERIFY, NOW + ACCOUNT_MAIL_DAY_MS));
	assert_ok(mails.backlog(mails.self, &n, &oldest));
	assert_int_equal(n, ACCOUNT_MAIL_DAY_MAX + 2);
}

static void
mails_and_tokens_are_purged_when_they_are_old(void **state)
{
	(void)state;
	size_t n;
	struct account_mail_job job;
	const struct account account = added("ana@example.com"), other = added("bea@example.com");
	assert_ok(mails.claim(mails.self, NOW, 60, &job));
	assert_ok(mails.finish(mails.self, &job));
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_VERIFY, HASH("t"), NOW));
	assert_ok(store.token_put(store.self, &other, ACCOUNT_MAIL_RESET, HASH("u"), NOW + MINUTE));
	assert_ok(mails.purge(mails.self, NOW + 30 * MINUTE, 9, &n));
	assert_int_equal(n, 1);
	assert_ok(mails.purge(mails.self, NOW + ACCOUNT_MAIL_DAY_MS, 9, &n));
	assert_int_equal(n, 3);
	assert_ok(mails.purge(mails.self, NOW + ACCOUNT_MAIL_DAY_MS, 9, &n));
	assert_int_equal(n, 0);
}

/* ---- erasing ---- */

static void
an_account_that_is_erased_leaves_nothing_and_its_email_is_free(void **state)
{
	(void)state;
	uint64_t n;
	instant_t oldest;
	struct account account, again;
	struct account_secrets secrets;
	struct new_account new_account = account_suite_new("ana@example.com");
	bool replayed;
	strcpy(new_account.key.key, "k");
	assert_ok(store.add(store.self, &new_account, &account, &replayed));
	const uint64_t other = added("bea@example.com").id;
	session_of(account.id, "s");
	session_of(other, "o");
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_VERIFY, HASH("t"), NOW));
	assert_ok(store.erase(store.self, account.id, NOW, NULL));
	assert_err(store.find(store.self, account.id, &again), ERR_NOT_FOUND);
	assert_err(store.find_by_email(store.self, "ana@example.com", &again, &secrets),
	           ERR_NOT_FOUND);
	assert_err(store.verify(store.self, HASH("t"), NOW, &again), ERR_NOT_FOUND);
	assert_err(store.key_find(store.self, &new_account.key), ERR_NOT_FOUND);
	assert_false(session_lasts("s"));
	assert_true(session_lasts("o"));
	assert_ok(mails.backlog(mails.self, &n, &oldest));
	assert_int_equal(n, 1); /* of the other one */
	assert_err(store.erase(store.self, account.id, NOW, NULL), ERR_NOT_FOUND);
	again = added("ana@example.com");
	assert_int_not_equal(again.id, account.id);
}

static void
an_erasure_leaves_a_line_that_a_later_account_of_that_number_does_not_have(void **state)
{
	(void)state;
	const struct account account = added("ana@example.com");
	struct erased_note notes[2];
	struct erased erased;
	size_t n;
	assert_ok(store.erase(store.self, account.id, NOW, NULL));
	assert_ok(world.erased.waiting(world.erased.self, 2, notes, &n));
	assert_int_equal(n, 1);
	assert_ok(erased_read(notes[0].line, &erased));
	assert_true(erased_is_account(&erased, account.id, account.created_at));
	assert_false(erased_is_account(&erased, account.id, account.created_at + 1));
	assert_false(erased_is_account(&erased, account.id + 1, account.created_at));
}

static void
an_erasure_is_due_until_it_is_finished(void **state)
{
	(void)state;
	struct account_erasure erasure;
	const uint64_t id = added("ana@example.com").id, other = added("bea@example.com").id;
	assert_err(store.erasure_claim(store.self, NOW, NOW + MINUTE, &erasure), ERR_NOT_FOUND);
	assert_ok(store.erase(store.self, id, NOW, NULL));
	assert_ok(store.erase(store.self, other, NOW + 1, NULL));
	assert_ok(store.erasure_claim(store.self, NOW + 1, NOW + MINUTE, &erasure));
	assert_int_equal(erasure.account_id, id);
	assert_int_equal(erasure.begun_at, NOW);
	assert_ok(store.erasure_claim(store.self, NOW + 1, NOW + 2 * MINUTE, &erasure));
	assert_int_equal(erasure.account_id, other);
	assert_err(store.erasure_claim(store.self, NOW + 1, NOW + MINUTE, &erasure), ERR_NOT_FOUND);
	assert_ok(store.erasure_claim(store.self, NOW + MINUTE, NOW + 3 * MINUTE, &erasure));
	assert_int_equal(erasure.account_id, id);
	assert_ok(store.erasure_finish(store.self, id));
	assert_ok(store.erasure_finish(store.self, id));
	assert_ok(store.erasure_claim(store.self, NOW + 9 * MINUTE, NOW + 99 * MINUTE, &erasure));
	assert_int_equal(erasure.account_id, other);
	assert_err(store.erasure_claim(store.self, NOW + 9 * MINUTE, NOW, &erasure), ERR_NOT_FOUND);
}

int
account_suite_run(const char *where, const struct account_world *tested)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_account_is_found_by_its_number_and_by_its_email),
		TEST(emails_are_compared_byte_by_byte),
		TEST(an_email_or_a_number_has_one_account),
		TEST(a_key_signs_up_once),
		TEST(a_change_makes_a_version_and_one_that_changes_nothing_makes_none),
		TEST(a_change_can_demand_a_version_and_is_made_once_by_a_key),
		TEST(a_role_is_given_and_taking_it_ends_all_sessions),
		TEST(a_list_is_sorted_and_paged_and_narrowed_by_role),
		TEST(signing_up_asks_for_one_mail_that_is_claimed_once),
		TEST(a_claim_that_is_not_finished_comes_again_and_its_outcome_is_ignored),
		TEST(mails_of_a_kind_are_limited_and_nobody_is_told),
		TEST(mails_and_tokens_are_purged_when_they_are_old),
		TEST(an_account_that_is_erased_leaves_nothing_and_its_email_is_free),
		TEST(an_erasure_leaves_a_line_that_a_later_account_of_that_number_does_not_have),
		TEST(an_erasure_is_due_until_it_is_finished),
	};
	world = *tested;
	store = world.accounts;
	mails = world.mails;
	int failed = cmocka_run_group_tests_name(where, tests, NULL, NULL);
	failed += account_suite_passwords(where);
	return failed;
}
