/* SPDX-License-Identifier: MIT */
/* outbox - the outbox suite in memory and on MariaDB, and there several relays at once. */
#include "adapters/mariadb/outbox.h"

#include "adapters/json/event.h"
#include "base/mem.h"
#include "tests/contract/database.h"
#include "tests/contract/life.h"
#include "tests/contract/outbox_suite.h"
#include "tests/fakes/outbox_fake.h"
#include "tests/unit/test.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define RELAYS 4
#define ROWS   300

static struct outbox_fake fake;
static struct db *db;

static void
empty_fake(void)
{
	outbox_fake_done(&fake);
}

static enum err
put_fake(const struct event *event)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	enum err err = event_write(event, &body);
	return err == OK ? outbox_fake_put(&fake, event, body.data) : err;
}

static void
pass_fake(uint32_t ms)
{
	outbox_fake_pass(&fake, ms);
}

static void
empty_mariadb(void)
{
	database_run("book", "DELETE FROM outbox");
}

static enum err
put_mariadb(const struct event *event)
{
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try))
		try.err = outbox_add(try.conn, event);
	return try.err;
}

static void
pass_mariadb(uint32_t ms)
{
	char sql[128];
	snprintf(sql, sizeof(sql),
	         "UPDATE outbox SET leased_until = leased_until - INTERVAL %" PRIu32
	         " * 1000 MICROSECOND",
	         ms);
	database_run("book", sql);
}

/* ---- at once ---- */

static atomic_uint claims[ROWS + 1]; /* how often each event was claimed */
static atomic_bool writing;

static enum err
haul(const struct outbox *outbox, const char *owner, size_t *ret_n)
{
	struct outbox_row rows[16];
	uint64_t ids[ARRAY_SIZE(rows)];
	enum err err = outbox->claim(outbox->self, owner, 60, ARRAY_SIZE(rows), rows, ret_n);
	for (size_t i = 0; err == OK && i < *ret_n; i++) {
		ids[i] = rows[i].id;
		claims[rows[i].correlation_id]++;
		free(rows[i].body);
	}
	return err == OK ? outbox->confirm(outbox->self, ids, *ret_n) : err;
}

/* Claims and confirms rows while they are written, until there are none left. */
static void *
relay(void *arg)
{
	const char *owner = arg;
	const struct outbox outbox = outbox_mariadb(db);
	size_t n = 1;
	enum err err = OK;
	while (err == OK && (writing || n))
		err = haul(&outbox, owner, &n);
	return err == OK ? NULL : arg;
}

static void
several_relays_claim_every_row_once_while_rows_are_written(void **state)
{
	(void)state;
	static char owners[RELAYS][8];
	pthread_t threads[RELAYS];
	empty_mariadb();
	writing = true;
	for (unsigned i = 0; i < RELAYS; i++) {
		snprintf(owners[i], sizeof(owners[i]), "r%u", i);
		assert_int_equal(pthread_create(&threads[i], NULL, relay, owners[i]), 0);
	}
	for (uint64_t id = 1; id <= ROWS; id++) {
		const struct event event = life_book(id, 2, BOOK_BOOKED);
		assert_ok(put_mariadb(&event));
	}
	writing = false;
	for (unsigned i = 0; i < RELAYS; i++) {
		void *failed = NULL;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	for (uint64_t id = 1; id <= ROWS; id++)
		assert_int_equal(claims[id], 1);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM outbox"), 0);
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test(several_relays_claim_every_row_once_while_rows_are_written),
	};
	outbox_fake_init(&fake);
	const struct outbox_world in_memory = {outbox_fake_port(&fake), empty_fake, put_fake,
	                                       pass_fake};
	int failed = outbox_suite_run("outbox in memory", &in_memory);
	outbox_fake_done(&fake);
	database_start();
	db = database_open("book");
	const struct outbox_world on_mariadb = {outbox_mariadb(db), empty_mariadb, put_mariadb,
	                                        pass_mariadb};
	failed += outbox_suite_run("outbox on MariaDB", &on_mariadb);
	failed += cmocka_run_group_tests_name("relays at once", together, NULL, NULL);
	database_stop();
	return failed;
}
