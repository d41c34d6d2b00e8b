/* SPDX-License-Identifier: MIT */
/* identity_suite - the contract of every identity_store. */
#include "tests/contract/account_suite.h"

#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#define NOW    SUITE_NOW
#define ISSUER "https://id.example.com"

static struct account_world world;
static struct identity_store store;
static struct account ana, bea;

static struct account
with_password(const char *email)
{
	const struct new_account new_account = account_suite_new(email);
	struct account account;
	bool replayed;
	assert_ok(world.accounts.add(world.accounts.self, &new_account, &account, &replayed));
	return account;
}

static int
begin(void **state)
{
	(void)state;
	world.empty();
	ana = with_password("ana@example.com");
	bea = with_password("bea@example.com");
	return 0;
}

static struct identity
identity_named(const char *subject, uint64_t account_id)
{
	struct identity identity = {.account_id = account_id, .issuer = ISSUER, .created_at = NOW};
	snprintf(identity.subject, sizeof(identity.subject), "%s", subject);
	return identity;
}

static enum err
link_to(const char *subject, uint64_t account_id)
{
	const struct identity identity = identity_named(subject, account_id);
	return store.link(store.self, &identity, NULL);
}

static enum err
add(const char *email, const char *subject, struct account *ret_account)
{
	struct new_account new_account = account_suite_new(email);
	const struct identity identity = identity_named(subject, 0);
	new_account.password[0] = '\0';
	new_account.account.verified = true;
	return store.add(store.self, &new_account, &identity, ret_account);
}

struct seen {
	size_t n;
	struct identity identities[IDENTITIES_MAX];
};

static void
see(void *arg, const struct identity *identity)
{
	struct seen *seen = arg;
	assert_true(seen->n < IDENTITIES_MAX);
	seen->identities[seen->n++] = *identity;
}

static struct seen
listed(uint64_t account_id)
{
	struct seen seen = {.n = 0};
	assert_ok(store.list(store.self, account_id, see, &seen));
	return seen;
}

/* ---- tests ---- */

static void
an_identity_leads_to_the_account_it_is_linked_to(void **state)
{
	(void)state;
	struct account account;
	assert_err(store.find(store.self, ISSUER, "s", &account), ERR_NOT_FOUND);
	assert_ok(link_to("s", ana.id));
	assert_ok(store.find(store.self, ISSUER, "s", &account));
	assert_int_equal(account.id, ana.id);
	assert_string_equal(account.email, "ana@example.com");
	assert_int_equal(account.version, ana.version);
}

static void
issuer_and_subject_are_compared_byte_by_byte(void **state)
{
	(void)state;
	struct account account;
	assert_ok(link_to("Subject", ana.id));
	assert_err(store.find(store.self, ISSUER, "subject", &account), ERR_NOT_FOUND);
	assert_err(store.find(store.self, ISSUER, "Subject ", &account), ERR_NOT_FOUND);
	assert_err(store.find(store.self, ISSUER "/", "Subject", &account), ERR_NOT_FOUND);
	assert_ok(link_to("subject", bea.id));
	assert_ok(store.find(store.self, ISSUER, "subject", &account));
	assert_int_equal(account.id, bea.id);
}

static void
an_identity_belongs_to_one_account_and_linking_it_again_changes_nothing(void **state)
{
	(void)state;
	assert_ok(link_to("s", ana.id));
	assert_ok(link_to("s", ana.id));
	assert_err(link_to("s", bea.id), ERR_TAKEN);
	assert_int_equal(listed(ana.id).n, 1);
	assert_int_equal(listed(bea.id).n, 0);
	assert_err(link_to("t", 12345), ERR_NOT_FOUND);
}

static void
an_unknown_identity_gets_an_account_without_a_password(void **state)
{
	(void)state;
	struct account account, found;
	struct account_secrets secrets;
	struct account_mail_job job;
	assert_ok(add("cho@example.com", "s", &account));
	assert_true(account.verified);
	assert_true(account.id >= ACCOUNT_ID_FIRST);
	assert_ok(world.accounts.find_with_secrets(world.accounts.self, account.id, &found,
	                                           &secrets));
	assert_string_equal(secrets.password, "");
	assert_ok(store.find(store.self, ISSUER, "s", &found));
	assert_int_equal(found.id, account.id);
	for (int i = 0; i < 2; i++) /* those of ana and bea */
		assert_ok(world.mails.claim(world.mails.self, NOW, 60, &job));
	assert_err(world.mails.claim(world.mails.self, NOW, 60, &job), ERR_NOT_FOUND);
}

static void
neither_an_email_nor_an_identity_gets_a_second_account(void **state)
{
	(void)state;
	struct account account;
	assert_err(add("ana@example.com", "s", &account), ERR_STATE_CONFLICT);
	assert_err(store.find(store.self, ISSUER, "s", &account), ERR_NOT_FOUND);
	assert_ok(link_to("s", ana.id));
	assert_err(add("cho@example.com", "s", &account), ERR_TAKEN);
	struct account_secrets secrets;
	assert_err(world.accounts.find_by_email(world.accounts.self, "cho@example.com", &account,
	                                        &secrets),
	           ERR_NOT_FOUND);
}

static void
identities_are_listed_oldest_first_up_to_a_maximum(void **state)
{
	(void)state;
	char subject[8];
	for (int i = 0; i < IDENTITIES_MAX; i++) {
		snprintf(subject, sizeof(subject), "s%d", i);
		assert_ok(link_to(subject, ana.id));
	}
	assert_err(link_to("more", ana.id), ERR_TOO_MANY);
	assert_ok(link_to("s3", ana.id));
	const struct seen seen = listed(ana.id);
	assert_int_equal(seen.n, IDENTITIES_MAX);
	assert_string_equal(seen.identities[0].subject, "s0");
	assert_string_equal(seen.identities[9].subject, "s9");
	assert_string_equal(seen.identities[0].issuer, ISSUER);
	assert_int_equal(seen.identities[0].created_at, NOW);
	assert_int_equal(seen.identities[0].account_id, ana.id);
}

static void
its_owner_removes_an_identity_and_nobody_else(void **state)
{
	(void)state;
	struct account account;
	assert_ok(link_to("s", ana.id));
	const uint64_t id = listed(ana.id).identities[0].id;
	assert_err(store.unlink(store.self, id, bea.id, NULL), ERR_NOT_FOUND);
	assert_err(store.unlink(store.self, id + 1000, ana.id, NULL), ERR_NOT_FOUND);
	assert_ok(store.unlink(store.self, id, ana.id, NULL));
	assert_err(store.unlink(store.self, id, ana.id, NULL), ERR_NOT_FOUND);
	assert_err(store.find(store.self, ISSUER, "s", &account), ERR_NOT_FOUND);
	assert_ok(link_to("s", bea.id));
}

static void
the_only_way_to_sign_in_stays(void **state)
{
	(void)state;
	struct account cho;
	assert_ok(add("cho@example.com", "s", &cho));
	const uint64_t id = listed(cho.id).identities[0].id;
	assert_err(store.unlink(store.self, id, cho.id, NULL), ERR_STATE_CONFLICT);
	assert_int_equal(listed(cho.id).n, 1);
	assert_ok(link_to("t", cho.id));
	assert_ok(store.unlink(store.self, id, cho.id, NULL));
	const struct password_change change = {
		.account_id = cho.id, .password = "hash 2", .now = NOW};
	assert_ok(world.accounts.password_set(world.accounts.self, &change));
	assert_ok(store.unlink(store.self, listed(cho.id).identities[0].id, cho.id, NULL));
}

static void
identities_go_with_their_account(void **state)
{
	(void)state;
	struct account account;
	assert_ok(link_to("s", ana.id));
	assert_ok(world.accounts.erase(world.accounts.self, ana.id, NOW, NULL));
	assert_err(store.find(store.self, ISSUER, "s", &account), ERR_NOT_FOUND);
	assert_ok(add("ana@example.com", "s", &account));
	assert_int_not_equal(account.id, ana.id);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
identity_suite_run(const char *where, const struct account_world *tested)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_identity_leads_to_the_account_it_is_linked_to),
		TEST(issuer_and_subject_are_compared_byte_by_byte),
		TEST(an_identity_belongs_to_one_account_and_linking_it_again_changes_nothing),
		TEST(an_unknown_identity_gets_an_account_without_a_password),
		TEST(neither_an_email_nor_an_identity_gets_a_second_account),
		TEST(identities_are_listed_oldest_first_up_to_a_maximum),
		TEST(its_owner_removes_an_identity_and_nobody_else),
		TEST(the_only_way_to_sign_in_stays),
		TEST(identities_go_with_their_account),
	};
	world = *tested;
	store = world.identities;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
