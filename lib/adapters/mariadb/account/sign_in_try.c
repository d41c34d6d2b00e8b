/* SPDX-License-Identifier: MIT */
/*
 * sign_in_try - failed sign-ins, counted under a lock, so that tries at the same time count one by one.
 * The record of an address is locked before that of a pair, so two tries cannot wait for each other.
 */
#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_store.h"

enum { TRY_MAKE, TRY_LOCK, TRY_STORE, TRY_FORGET, TRY_TAKE_BACK, TRIES_PURGE };

struct try_row {
	const char *email, *address;
	struct sign_in_record record;
};

struct purge_args {
	instant_t before;
	uint32_t max;
};

/* clang-format off */

#define NAME DB_FIELD(struct try_row, email), DB_FIELD(struct try_row, address)
#define RECORD DB_FIELD(struct try_row, record.failures), DB_FIELD(struct try_row, record.last_at)
static const struct db_field make_fields[] = {NAME, DB_FIELD(struct try_row, record.last_at)};
static const struct db_field name_fields[] = {NAME};
static const struct db_field record_fields[] = {RECORD};
static const struct db_field store_fields[] = {RECORD, NAME};
static const struct db_field purge_fields[] = {
	DB_FIELD(struct purge_args, before), DB_FIELD(struct purge_args, max)};

static const struct db_statement statements[] = {
	[TRY_MAKE] = {
		"INSERT IGNORE INTO sign_in_try (email, address, failures, last_at) VALUES (?, ?, 0, ?)",
		DB_TAKES(make_fields)},
	[TRY_LOCK] = {
		"SELECT failures, last_at FROM sign_in_try WHERE email = ? AND address = ? FOR UPDATE",
		DB_TAKES(name_fields), DB_GIVES(struct try_row, record_fields)},
	[TRY_STORE] = {
		"UPDATE sign_in_try SET failures = ?, last_at = ? WHERE email = ? AND address = ?",
		DB_TAKES(store_fields)},
	[TRY_FORGET] = {
		"DELETE FROM sign_in_try WHERE email = ? AND address = ?", DB_TAKES(name_fields)},
	[TRY_TAKE_BACK] = {
		"UPDATE sign_in_try SET failures = failures - 1"
		" WHERE email = ? AND address = ? AND failures > 0",
		DB_TAKES(name_fields)},
	[TRIES_PURGE] = {
		"DELETE FROM sign_in_try WHERE last_at <= ? ORDER BY last_at LIMIT ?",
		DB_TAKES(purge_fields)},
};

/* clang-format on */

const struct db_table sign_in_try_table = {"sign-in-try", DB_CONTEXTS("account"),
                                           DB_STATEMENTS(statements)};

/* Locks the record, which is made if there is none. */
static enum err
record_lock(struct db_conn *conn, struct try_row *row, instant_t now)
{
	row->record = (struct sign_in_record){.last_at = now};
	enum err err = db_run(conn, &sign_in_try_table, TRY_MAKE, row, NULL);
	return err == OK ? db_find(conn, &sign_in_try_table, TRY_LOCK, row, row) : err;
}

static enum err
record_count(struct db_conn *conn, struct try_row *row, instant_t now)
{
	sign_in_count(&row->record, now);
	return db_change_locked(conn, &sign_in_try_table, TRY_STORE, row);
}

/* Counts a try in a record, unless it has to wait: *wait_ms becomes the longer wait. */
static enum err
wait_find(struct db_conn *conn, enum sign_in_scope scope, struct try_row *row, instant_t now,
          uint32_t *wait_ms)
{
	enum err err = record_lock(conn, row, now);
	if (err != OK)
		return err;
	const uint32_t own_ms = sign_in_wait_ms(scope, &row->record, now);
	*wait_ms = own_ms > *wait_ms ? own_ms : *wait_ms;
	return OK;
}

static enum err
try_begin(struct db_conn *conn, struct try_row *alone, struct try_row *pair, instant_t now,
          uint32_t *wait_ms)
{
	const bool has_address = *alone->address;
	enum err err = has_address ? wait_find(conn, SIGN_IN_ADDRESS, alone, now, wait_ms) : OK;
	if (err == OK)
		err = wait_find(conn, SIGN_IN_PAIR, pair, now, wait_ms);
	if (err == OK && *wait_ms)
		return ERR_TOO_MANY;
	if (err == OK && has_address)
		err = record_count(conn, alone, now);
	return err == OK ? record_count(conn, pair, now) : err;
}

enum err
session_store_try_begin(void *self, const char email[SECRET_HASH_TEXT], const char *address,
                        instant_t now, uint32_t *ret_wait_ms)
{
	struct try_row alone = {.email = "", .address = address};
	struct try_row pair = {.email = email, .address = address};
	uint32_t wait_ms = 0;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		wait_ms = 0;
		try.err = try_begin(try.conn, &alone, &pair, now, &wait_ms);
	}
	*ret_wait_ms = wait_ms;
	return try.err;
}

enum err
session_store_try_succeed(void *self, const char email[SECRET_HASH_TEXT], const char *address)
{
	const struct try_row alone = {.email = "", .address = address};
	const struct try_row pair = {.email = email, .address = address};
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		if (*address)
			try.err = db_run(try.conn, &sign_in_try_table, TRY_TAKE_BACK, &alone, NULL);
		if (try.err == OK)
			try.err = db_run(try.conn, &sign_in_try_table, TRY_FORGET, &pair, NULL);
	}
	return try.err;
}

enum err
sign_in_tries_purge(struct db *db, instant_t now, size_t max, size_t *ret_n)
{
	const struct purge_args args = {.before = now - SIGN_IN_FORGET_MS, .max = (uint32_t)max};
	uint64_t rows = 0;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &sign_in_try_table, TRIES_PURGE, &args, &rows);
	if (try.err == OK)
		*ret_n = (size_t)rows;
	return try.err;
}
