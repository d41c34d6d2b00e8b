/* SPDX-License-Identifier: MIT */
/* book - the suite of book_store in memory and on MariaDB. */
#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/erased_note.h"
#include "tests/contract/book_suite.h"
#include "tests/contract/book_tables.h"
#include "tests/contract/database.h"
#include "tests/fakes/book_fake.h"

#include <inttypes.h>
#include <stdio.h>

static struct book_fake fake;

static void
empty_fake(void)
{
	fake = (struct book_fake){.now = 1800000000000};
}

static void
pass_fake(uint32_t ms)
{
	fake.now += ms;
}

static size_t
events_fake(struct event ret_events[], size_t max)
{
	for (size_t i = 0; i < fake.n_events && i < max; i++)
		ret_events[i] = fake.events[i];
	return fake.n_events;
}

static size_t
cancellations_fake(uint64_t book_id)
{
	const struct audit_entry *last = audit_fake_last(&fake.audit, AUDIT_CANCEL);
	const size_t n = audit_fake_count(&fake.audit, AUDIT_CANCEL);
	return last && last->subject_id == book_id ? n : 0;
}

static size_t
cancellations_mariadb(uint64_t book_id)
{
	char sql[160];
	snprintf(sql, sizeof(sql),
	         "SELECT COUNT(*) FROM audit WHERE what = 'booking-cancelled' AND"
	         " subject = 'booking' AND subject_id = %" PRIu64,
	         book_id);
	return database_number("book", sql);
}

static bool
has_token_fake(uint64_t book_id)
{
	return *fake.books[book_id - 1].token;
}

static bool
has_token_mariadb(uint64_t book_id)
{
	char sql[100];
	snprintf(sql, sizeof(sql), "SELECT token <> '' FROM book WHERE id = %" PRIu64, book_id);
	return database_number("book", sql);
}

/* Makes the stored rows older instead. */
static void
pass_mariadb(uint32_t ms)
{
	char sql[300];
	snprintf(sql, sizeof(sql),
	         "UPDATE book SET created_at = created_at - INTERVAL %" PRIu32
	         " * 1000 MICROSECOND,"
	         " updated_at = updated_at - INTERVAL %" PRIu32 " * 1000 MICROSECOND,"
	         " pay_until = pay_until - INTERVAL %" PRIu32 " * 1000 MICROSECOND,"
	         " attempted_at = attempted_at - INTERVAL %" PRIu32 " * 1000 MICROSECOND",
	         ms, ms, ms, ms);
	database_run("book", sql);
}

static size_t
events_mariadb(struct event ret_events[], size_t max)
{
	return database_events("book", ret_events, max);
}

int
main(void)
{
	const struct book_world in_memory = {book_fake_port(&fake),
	                                     empty_fake,
	                                     pass_fake,
	                                     events_fake,
	                                     cancellations_fake,
	                                     has_token_fake,
	                                     erased_notes_fake_port(&fake.erased)};
	int failed = book_suite_run("book_store in memory", &in_memory);
	database_start();
	struct db *db = database_open("book");
	struct book_store store;
	if (book_store_mariadb(db, &store) != OK)
		return 1;
	const struct book_world on_mariadb = {store,
	                                      book_tables_empty,
	                                      pass_mariadb,
	                                      events_mariadb,
	                                      cancellations_mariadb,
	                                      has_token_mariadb,
	                                      erased_notes_mariadb(db)};
	failed += book_suite_run("book_store on MariaDB", &on_mariadb);
	book_store_mariadb_close(&store);
	database_stop();
	return failed;
}
