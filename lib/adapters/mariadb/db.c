/* SPDX-License-Identifier: MIT */
/* db - the connection pool, and transactions with retries. */
#include "adapters/mariadb/connection.h"
#include "adapters/mariadb/totals.h"

#include "base/backoff.h"
#include "base/clock.h"
#include "base/uuid.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define TRIES_MAX      12   /* of a transaction; without limit while its outcome is unknown */
#define TRYING_MS      5000 /* no further try begins after this */
#define PAUSE_MS       4U   /* longest pause before the second try; it doubles ... */
#define PAUSE_LIMIT_MS 200U /* ... up to this */

struct db {
	struct db_options options;
	db_on_error *on_error;
	pthread_mutex_t mutex; /* guards the members below */
	pthread_cond_t returned;
	struct db_conn *idle;
	uint64_t generation; /* idle connections of an older one are closed, not used */
	struct db_stats stats;
	struct totals totals; /* of all connections; guarded by the mutex, too */
};

static pthread_once_t library_once = PTHREAD_ONCE_INIT;
static int library_failed;

/* Connector/C needs nothing per thread: its mysql_thread_init() is empty. */
static void
library_init(void)
{
	library_failed = mysql_library_init(0, NULL, NULL);
}

enum err
db_open(const struct db_options *options, db_on_error *on_error, struct db **ret_db)
{
	if (pthread_once(&library_once, library_init) || library_failed)
		return ERR_SYSTEM_CODE(0);
	struct db *db = calloc(1, sizeof(*db));
	if (!db)
		return ERR_MEMORY;
	db->options = *options;
	db->on_error = on_error;
	db->totals.mutex = &db->mutex;
	enum err err = locks_init(&db->mutex, &db->returned);
	if (err != OK) {
		free(db);
		return err;
	}
	*ret_db = db;
	return OK;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	while (db->idle) {
		struct db_conn *conn = db->idle;
		db->idle = conn->next;
		db_conn_close(conn);
	}
	pthread_mutex_destroy(&db->mutex);
	pthread_cond_destroy(&db->returned);
	free(db);
}

uint32_t
db_wait_ms(const struct db *db)
{
	return db->options.wait_ms;
}

void
db_stats(struct db *db, struct db_stats *ret_stats)
{
	pthread_mutex_lock(&db->mutex);
	*ret_stats = db->stats;
	pthread_mutex_unlock(&db->mutex);
}

/* ---- lending ---- */

/* With the mutex locked: waits for an idle connection or a place for a new one. */
static enum err
place_wait(struct db *db)
{
	const int64_t until = monotonic_ms() + db->options.wait_ms;
	int gave_up = 0;
	db->stats.waiting++;
	while (!db->idle && db->stats.open >= db->options.pool && !gave_up)
		gave_up = cond_wait_until(&db->returned, &db->mutex, until);
	db->stats.waiting--;
	if (db->idle || db->stats.open < db->options.pool)
		return OK;
	db->stats.timeouts++;
	return ERR_TIMEOUT;
}

/* Takes an idle connection, or a place for a new one, with which both are NULL. *ret_stale is a
 * connection from before the last loss: close it and open a new one in its place. */
static enum err
place_take(struct db *db, struct db_conn **ret_conn, struct db_conn **ret_stale)
{
	pthread_mutex_lock(&db->mutex);
	enum err err = place_wait(db);
	if (err == OK) {
		struct db_conn *conn = db->idle;
		if (conn)
			db->idle = conn->next;
		else
			db->stats.open++;
		const bool stale = conn && conn->generation != db->generation;
		*ret_stale = stale ? conn : NULL;
		*ret_conn = stale ? NULL : conn;
		db->stats.busy++;
	}
	pthread_mutex_unlock(&db->mutex);
	return err;
}

/* Gives a place back, with its connection unless that is NULL. */
static void
place_return(struct db *db, struct db_conn *conn)
{
	pthread_mutex_lock(&db->mutex);
	db->stats.busy--;
	if (conn) {
		conn->next = db->idle;
		db->idle = conn;
	} else {
		db->stats.open--;
	}
	pthread_cond_signal(&db->returned);
	pthread_mutex_unlock(&db->mutex);
}

static enum err
conn_lend(struct db *db, struct db_conn **ret_conn)
{
	struct db_conn *conn = NULL, *stale = NULL;
	enum err err = place_take(db, &conn, &stale);
	if (err != OK)
		return err;
	db_conn_close(stale);
	if (!conn) {
		pthread_mutex_lock(&db->mutex);
		const uint64_t generation = db->generation;
		pthread_mutex_unlock(&db->mutex);
		err = db_conn_open(&db->options, db->on_error, &conn);
		if (err != OK) {
			place_return(db, NULL);
			return err;
		}
		conn->generation = generation;
		conn->totals = &db->totals;
	}
	conn->failure = OK;
	*ret_conn = conn;
	return OK;
}

/* One lost connection makes all idle ones suspect, so they are not used again. */
static void
conn_return(struct db *db, struct db_conn *conn)
{
	if (!conn->lost) {
		place_return(db, conn);
		return;
	}
	pthread_mutex_lock(&db->mutex);
	db->generation++;
	db->stats.lost++;
	pthread_mutex_unlock(&db->mutex);
	db_conn_close(conn);
	place_return(db, NULL);
}

/* ---- one try ---- */

/* A COMMIT that failed for any reason but a conflict may still have happened. */
static enum err
commit(struct db_conn *conn)
{
	enum err err = db_conn_say(conn, "COMMIT");
	if (err == OK || err == ERR_CONFLICT)
		return err;
	conn->lost = true;
	return ERR_UNKNOWN;
}

/* Ends the transaction of this try and gives the connection back. An error that the body did not
 * store in try->err still prevents the COMMIT: a lock wait that timed out has undone its own
 * statement only. */
static void
try_finish(struct db_try *try)
{
	struct db_conn *conn = try->conn;
	if (try->mode != DB_READ) {
		if (try->err == OK)
			try->err = conn->failure;
		if (try->err == OK)
			try->err = commit(conn);
		if (try->err != OK && !conn->lost && db_conn_say(conn, "ROLLBACK") != OK)
			conn->lost = true;
	}
	try->lost = conn->lost;
	try->conn = NULL;
	conn_return(try->db, conn);
}

/* Borrows a connection and begins. Otherwise try->err and try->lost say how it failed. */
static bool
try_start(struct db_try *try)
{
	try->err = conn_lend(try->db, &try->conn);
	if (try->err != OK) {
		try->conn = NULL;
		try->lost = try->err == ERR_CLOSED;
		if (try->lost)
			try->err = ERR_UNAVAILABLE;
		return false;
	}
	if (try->mode != DB_READ)
		try->err = db_conn_say(try->conn, "START TRANSACTION");
	if (try->err == OK)
		return true;
	try_finish(try);
	return false;
}

/* ---- all tries ---- */

/* Whether nothing was done and another try may succeed. Once a COMMIT was lost, only the database
 * can say whether it happened: until it answers, every failure to reach it is worth another try. */
static bool
is_worth_another(const struct db_try *try)
{
	const enum err err = try->err;
	if (err == ERR_CONFLICT || (err == ERR_UNAVAILABLE && try->lost))
		return true;
	if (err == ERR_UNKNOWN)
		return try->mode == DB_IDEMPOTENT;
	return try->unknown && (err == ERR_UNAVAILABLE || err == ERR_TIMEOUT);
}

/* Whether there is another try after one that ended with try->err; pauses before it. */
static bool
try_again(struct db_try *try)
{
	try->tries++;
	try->unknown = try->unknown || try->err == ERR_UNKNOWN;
	if (!is_worth_another(try))
		return false;
	if ((try->tries >= TRIES_MAX && !try->unknown) || monotonic_ms() >= try->until_ms) {
		if (try->unknown)
			try->err = ERR_UNKNOWN;
		return false;
	}
	pthread_mutex_lock(&try->db->mutex);
	try->db->stats.retried++;
	pthread_mutex_unlock(&try->db->mutex);
	/* A pause of random length, longer with each try, so that rivals do not meet again. */
	const uint32_t most_us = backoff_ms(PAUSE_MS, PAUSE_LIMIT_MS, try->tries) * 1000;
	const struct timespec pause = {.tv_nsec = (long)(random_u32() % most_us) * 1000};
	nanosleep(&pause, NULL);
	return true;
}

struct db_try
db_begin(struct db *db, enum db_mode mode)
{
	return (struct db_try){.db = db, .mode = mode, .until_ms = monotonic_ms() + TRYING_MS};
}

bool
db_next(struct db_try *try)
{
	bool more = true;
	if (try->conn) {
		try_finish(try);
		more = try_again(try);
	}
	while (more && !try_start(try))
		more = try_again(try);
	return more;
}

enum err
db_ping(struct db *db)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = db_conn_say(try.conn, "DO 1");
	return try.err;
}
