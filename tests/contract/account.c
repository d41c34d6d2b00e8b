/* SPDX-License-Identifier: MIT */
/* account - the suites of account's stores, in memory and on MariaDB, and races on MariaDB. */
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/erased_note.h"
#include "tests/contract/account_suite.h"
#include "tests/contract/database.h"
#include "tests/fakes/account_fake.h"
#include "tests/unit/test.h"

#include <pthread.h>
#include <stdio.h>

#define RACERS  12
#define HASH(t) account_suite_hash(t, (char[SECRET_HASH_TEXT]){0})

static struct account_fake fake;
static struct account_store accounts;
static struct session_store sessions;
static struct identity_store identities;

static void
empty_fake(void)
{
	fake = (struct account_fake){.fails = OK};
}

static void
empty_mariadb(void)
{
	database_run("account", "DELETE FROM account");
	database_run("account", "DELETE FROM sign_in_try");
	database_run("account", "DELETE FROM idempotency");
	database_run("account", "DELETE FROM erasure");
	database_run("account", "DELETE FROM erased_note");
}

/* ---- at the same time ---- */

struct racer {
	pthread_t thread;
	unsigned number;
	enum err err;
};

static void
race(void *(*run)(void *), struct racer racers[RACERS])
{
	for (unsigned i = 0; i < RACERS; i++) {
		racers[i].number = i;
		assert_int_equal(pthread_create(&racers[i].thread, NULL, run, &racers[i]), 0);
	}
	for (unsigned i = 0; i < RACERS; i++)
		pthread_join(racers[i].thread, NULL);
}

static unsigned
outcomes(const struct racer racers[RACERS], enum err err)
{
	unsigned n = 0;
	for (unsigned i = 0; i < RACERS; i++)
		n += racers[i].err == err;
	return n;
}

static void *
sign_up(void *arg)
{
	struct racer *racer = arg;
	const struct new_account new_account = account_suite_new("ana@example.com");
	struct account account;
	bool replayed;
	racer->err = accounts.add(accounts.self, &new_account, &account, &replayed);
	return NULL;
}

static void
of_those_who_sign_up_with_an_email_at_once_one_gets_it(void **state)
{
	(void)state;
	struct racer racers[RACERS];
	empty_mariadb();
	race(sign_up, racers);
	assert_int_equal(outcomes(racers, OK), 1);
	assert_int_equal(outcomes(racers, ERR_STATE_CONFLICT), RACERS - 1);
	assert_int_equal(database_number("account", "SELECT COUNT(*) FROM account_mail"), 1);
}

static void *
try_to_sign_in(void *arg)
{
	struct racer *racer = arg;
	uint32_t wait_ms;
	racer->err =
		sessions.try_begin(sessions.self, HASH("ana"), "192.0.2.1", SUITE_NOW, &wait_ms);
	return NULL;
}

static void
guesses_at_the_same_time_are_counted_one_by_one(void **state)
{
	(void)state;
	struct racer racers[RACERS];
	empty_mariadb();
	race(try_to_sign_in, racers);
	assert_int_equal(outcomes(racers, OK), SIGN_IN_PAIR_FREE);
	assert_int_equal(outcomes(racers, ERR_TOO_MANY), RACERS - SIGN_IN_PAIR_FREE);
}

static void *
email_prove(void *arg)
{
	struct racer *racer = arg;
	struct email_proof proof = {.now = SUITE_NOW};
	struct account account;
	account_suite_hash("token", proof.hash);
	racer->err = accounts.email_set(accounts.self, &proof, &account);
	return NULL;
}

static void
a_link_to_another_e_mail_that_is_opened_often_at_once_counts_once(void **state)
{
	(void)state;
	struct racer racers[RACERS], first = {.number = 99};
	struct email_change change = {.email = "new@example.com", .now = SUITE_NOW};
	uint32_t wait_ms;
	empty_mariadb();
	sign_up(&first);
	change.account_id = database_number("account", "SELECT id FROM account");
	assert_ok(accounts.email_ask(accounts.self, &change, &wait_ms));
	assert_ok(accounts.email_token_put(accounts.self, change.account_id, change.email,
	                                   HASH("token"), SUITE_NOW));
	race(email_prove, racers);
	assert_int_equal(outcomes(racers, OK), 1);
	assert_int_equal(outcomes(racers, ERR_NOT_FOUND), RACERS - 1);
	assert_int_equal(database_number("account", "SELECT version FROM account"), 2);
}

static void *
exchange(void *arg)
{
	struct racer *racer = arg;
	struct session session;
	struct account account;
	char name[16];
	snprintf(name, sizeof(name), "to-%u", racer->number);
	racer->err = sessions.refresh(sessions.self, HASH("from"), HASH(name), SUITE_NOW, NULL,
	                              &session, &account);
	return NULL;
}

static void
a_token_exchanged_by_two_at_once_counts_for_one_and_its_session_ends(void **state)
{
	(void)state;
	struct racer racers[RACERS], first = {.number = 99};
	struct session session;
	struct new_session new_session = {
		.session = {.created_at = SUITE_NOW, .seen_at = SUITE_NOW}};
	empty_mariadb();
	sign_up(&first);
	new_session.session.account_id = database_number("account", "SELECT id FROM account");
	account_suite_hash("from", new_session.refresh);
	account_suite_hash("cookie", new_session.cookie);
	assert_ok(sessions.begin(sessions.self, &new_session, &session));
	race(exchange, racers);
	assert_int_equal(outcomes(racers, OK), 1);
	const unsigned reused = outcomes(racers, ERR_FORBIDDEN);
	assert_true(reused >= 1);
	assert_int_equal(outcomes(racers, ERR_NOT_FOUND), RACERS - 1 - reused);
	assert_int_equal(database_number("account", "SELECT COUNT(*) FROM session"), 0);
	assert_int_equal(database_number("account", "SELECT COUNT(*) FROM refresh_exchanged"), 0);
}

static void *
come_from_elsewhere(void *arg)
{
	struct racer *racer = arg;
	struct new_account new_account = account_suite_new("ana@example.com");
	const struct identity identity = {
		.issuer = "https://id.example.com", .subject = "ana", .created_at = SUITE_NOW};
	struct account account;
	new_account.password[0] = '\0';
	if (racer->number % 2) /* half of them with an e-mail of their own */
		snprintf(new_account.account.email, sizeof(new_account.account.email),
		         "%u@example.com", racer->number);
	racer->err = identities.add(identities.self, &new_account, &identity, &account);
	return NULL;
}

static void
of_those_who_come_with_an_identity_at_once_one_gets_an_account(void **state)
{
	(void)state;
	struct racer racers[RACERS];
	empty_mariadb();
	race(come_from_elsewhere, racers);
	assert_int_equal(outcomes(racers, OK), 1);
	assert_int_equal(outcomes(racers, ERR_TAKEN) + outcomes(racers, ERR_STATE_CONFLICT),
	                 RACERS - 1);
	assert_int_equal(database_number("account", "SELECT COUNT(*) FROM account"), 1);
	assert_int_equal(database_number("account", "SELECT COUNT(*) FROM identity"), 1);
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test(of_those_who_sign_up_with_an_email_at_once_one_gets_it),
		cmocka_unit_test(of_those_who_come_with_an_identity_at_once_one_gets_an_account),
		cmocka_unit_test(guesses_at_the_same_time_are_counted_one_by_one),
		cmocka_unit_test(a_link_to_another_e_mail_that_is_opened_often_at_once_counts_once),
		cmocka_unit_test(
			a_token_exchanged_by_two_at_once_counts_for_one_and_its_session_ends),
	};
	const struct account_world in_memory = {account_fake_port(&fake),
	                                        session_fake_port(&fake),
	                                        account_mail_fake_port(&fake),
	                                        identity_fake_port(&fake),
	                                        empty_fake,
	                                        erased_notes_fake_port(&fake.erased)};
	int failed = account_suite_run("account_store in memory", &in_memory);
	failed += session_suite_run("session_store in memory", &in_memory);
	failed += identity_suite_run("identity_store in memory", &in_memory);
	failed += email_suite_run("another e-mail in memory", &in_memory);
	database_start();
	struct db *db = database_open("account");
	accounts = account_store_mariadb(db);
	sessions = session_store_mariadb(db);
	identities = identity_store_mariadb(db);
	const struct account_world on_mariadb = {
		accounts,   sessions,      account_mail_queue_mariadb(db),
		identities, empty_mariadb, erased_notes_mariadb(db)};
	failed += account_suite_run("account_store on MariaDB", &on_mariadb);
	failed += session_suite_run("session_store on MariaDB", &on_mariadb);
	failed += identity_suite_run("identity_store on MariaDB", &on_mariadb);
	failed += email_suite_run("another e-mail on MariaDB", &on_mariadb);
	failed += cmocka_run_group_tests_name("concurrent", together, NULL, NULL);
	database_stop();
	return failed;
}
