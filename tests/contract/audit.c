/* SPDX-License-Identifier: MIT */
/* audit - the suite of the audit in memory and on MariaDB; and what MariaDB refuses. */
#include "adapters/mariadb/audit.h"

#include "adapters/mariadb/account/account_store.h"
#include "tests/contract/audit_suite.h"
#include "tests/contract/database.h"
#include "tests/fakes/account_fake.h"
#include "tests/unit/test.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_MS INT64_C(86400000)

static struct account_fake fake;
static struct db *db;

/* ---- in memory ---- */

static void
empty_fake(void)
{
	fake = (struct account_fake){.fails = OK, .audit = {.now = instant_now()}};
}

static void
age_fake(unsigned days)
{
	for (size_t i = 0; i < fake.audit.n; i++)
		fake.audit.entries[i].at -= days * DAY_MS;
}

static size_t
count_fake(void)
{
	return fake.audit.n;
}

static size_t
own_fake(enum audit_what what, uint64_t account_id)
{
	size_t n = 0;
	for (size_t i = 0; i < fake.audit.n; i++) {
		const struct audit_entry *entry = &fake.audit.entries[i].entry;
		n += entry->what == what && entry->by.id == account_id &&
		     entry->subject_id == account_id;
	}
	return n;
}

/* ---- on MariaDB ---- */

/* Triggers refuse to delete young rows, but not to empty the table, which no context may do. */
static void
empty_mariadb(void)
{
	database_run("account", "DELETE FROM account");
	database_run("account", "TRUNCATE audit");
}

#define COLUMNS                                                                              \
	"what, outcome, who, role, name, address, request_id, subject, subject_id, detail, " \
	"email, missed"

/* Rows cannot be changed, so older ones take their place. */
static void
age_mariadb(unsigned days)
{
	char sql[400];
	database_run("account", "CREATE OR REPLACE TABLE audit_young AS SELECT * FROM audit");
	database_run("account", "TRUNCATE audit");
	snprintf(sql, sizeof(sql),
	         "INSERT INTO audit (at, " COLUMNS ") SELECT at - INTERVAL %u DAY, " COLUMNS
	         " FROM audit_young ORDER BY id",
	         days);
	database_run("account", sql);
	database_run("account", "DROP TABLE audit_young");
}

static size_t
count_mariadb(void)
{
	return database_number("account", "SELECT COUNT(*) FROM audit");
}

static size_t
own_mariadb(enum audit_what what, uint64_t account_id)
{
	char sql[200];
	snprintf(sql, sizeof(sql),
	         "SELECT COUNT(*) FROM audit WHERE what = '%s' AND who = %" PRIu64
	         " AND subject = 'account' AND subject_id = %" PRIu64,
	         audit_what_name(what), account_id, account_id);
	return database_number("account", sql);
}

static void
every_member_has_its_column(void **state)
{
	(void)state;
	const struct audit audit = audit_mariadb(db);
	const struct audit_entry entry = {.what = AUDIT_CANCEL,
	                                  .outcome = AUDIT_LIMITED,
	                                  .by = {.id = 1000000007,
	                                         .role = AUDIT_KEY_HOLDER,
	                                         .name = "lee",
	                                         .address = "2001:db8::1",
	                                         .request_id = "r-17"},
	                                  .subject = AUDIT_ABOUT_BOOKING,
	                                  .subject_id = 42,
	                                  .detail = "GET /books/{id}",
	                                  .email = "#ana",
	                                  .missed = 3};
	empty_mariadb();
	assert_ok(audit.add(audit.self, &entry));
	assert_int_equal(
		database_number("account",
	                        "SELECT COUNT(*) FROM audit WHERE what = 'booking-cancelled'"
	                        " AND outcome = 'limited' AND who = 1000000007 AND role = 'key'"
	                        " AND name = 'lee' AND address = '2001:db8::1'"
	                        " AND request_id = 'r-17' AND subject = 'booking'"
	                        " AND subject_id = 42 AND detail = 'GET /books/{id}'"
	                        " AND email = '#ana' AND missed = 3"
	                        " AND ABS(TIMESTAMPDIFF(SECOND, at, UTC_TIMESTAMP(3))) < 600"),
		1);
}

static void
a_change_that_is_rolled_back_leaves_no_entry(void **state)
{
	(void)state;
	const struct audit_entry entry = {.what = AUDIT_PASSWORD};
	empty_mariadb();
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = audit_add(try.conn, &entry);
		if (try.err == OK)
			try.err = ERR_STATE_CONFLICT;
	}
	assert_err(try.err, ERR_STATE_CONFLICT);
	assert_int_equal(count_mariadb(), 0);
}

int
main(void)
{
	const struct CMUnitTest alone[] = {
		cmocka_unit_test(every_member_has_its_column),
		cmocka_unit_test(a_change_that_is_rolled_back_leaves_no_entry),
	};
	const struct audit_world in_memory = {.audit = audit_fake_port(&fake.audit),
	                                      .accounts = account_fake_port(&fake),
	                                      .sessions = session_fake_port(&fake),
	                                      .empty = empty_fake,
	                                      .age = age_fake,
	                                      .count = count_fake,
	                                      .own = own_fake};
	int failed = audit_suite_run("audit in memory", &in_memory);
	database_start();
	db = database_open("account");
	const struct audit_world on_mariadb = {.audit = audit_mariadb(db),
	                                       .accounts = account_store_mariadb(db),
	                                       .sessions = session_store_mariadb(db),
	                                       .empty = empty_mariadb,
	                                       .age = age_mariadb,
	                                       .count = count_mariadb,
	                                       .own = own_mariadb};
	failed += audit_suite_run("audit on MariaDB", &on_mariadb);
	failed += cmocka_run_group_tests_name("on MariaDB alone", alone, NULL, NULL);
	database_stop();
	return failed;
}
