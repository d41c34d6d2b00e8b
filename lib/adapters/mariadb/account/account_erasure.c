/* SPDX-License-Identifier: MIT */
/* account_erasure - deletes accounts, and remembers their numbers until nothing of them is left. */
#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/audit.h"
#include "adapters/mariadb/erased_note.h"
#include "adapters/mariadb/idempotency.h"

enum { ACCOUNT_DELETE, ERASURE_ADD, ERASURE_NEXT, ERASURE_LEASE, ERASURE_FINISH };

struct erasure_row {
	struct account_erasure erasure;
	instant_t due_at;
};

/* clang-format off */

static const struct db_field add_fields[] = {
	DB_FIELD(struct erasure_row, erasure.account_id), DB_FIELD(struct erasure_row, erasure.begun_at),
	DB_FIELD(struct erasure_row, due_at)};
static const struct db_field due_fields[] = {DB_FIELD(struct erasure_row, due_at)};
static const struct db_field next_fields[] = {
	DB_FIELD(struct erasure_row, erasure.account_id), DB_FIELD(struct erasure_row, erasure.begun_at)};
static const struct db_field lease_fields[] = {
	DB_FIELD(struct erasure_row, due_at), DB_FIELD(struct erasure_row, erasure.account_id)};

/* What belongs to an account goes with it: sessions, codes, tokens, mails, identities. */
static const struct db_statement statements[] = {
	[ACCOUNT_DELETE] = {"DELETE FROM account WHERE id = ?", DB_TAKES(db_u64_field)},
	[ERASURE_ADD] = {
		"INSERT INTO erasure (account_id, begun_at, due_at) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE due_at = VALUES(due_at)",
		DB_TAKES(add_fields)},
	[ERASURE_NEXT] = {
		"SELECT account_id, begun_at FROM erasure WHERE due_at <= ?"
		" ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
		DB_TAKES(due_fields), DB_GIVES(struct erasure_row, next_fields)},
	[ERASURE_LEASE] = {
		"UPDATE erasure SET due_at = ? WHERE account_id = ?", DB_TAKES(lease_fields)},
	[ERASURE_FINISH] = {"DELETE FROM erasure WHERE account_id = ?", DB_TAKES(db_u64_field)},
};

/* clang-format on */

const struct db_table account_erasure_table = {"account-erasure", DB_CONTEXTS("account"),
                                               DB_STATEMENTS(statements)};

static enum err
note_add(struct db_conn *conn, const struct account *account)
{
	const struct erased erased = {.kind = ERASED_ACCOUNT,
	                              .account_id = account->id,
	                              .created_at = account->created_at};
	return erased_note_add(conn, &erased);
}

static enum err
erase(struct db_conn *conn, const struct erasure_row *erasure, const struct audit_entry *audit)
{
	const uint64_t id = erasure->erasure.account_id;
	struct account_row row;
	enum err err = account_row_lock(conn, id, &row);
	if (err == OK)
		err = db_change_locked(conn, &account_erasure_table, ACCOUNT_DELETE, &id);
	if (err == OK)
		err = idempotency_delete(conn, id);
	if (err == OK)
		err = db_run(conn, &account_erasure_table, ERASURE_ADD, erasure, NULL);
	if (err == OK)
		err = note_add(conn, &row.account);
	return err == OK ? audit_add_own(conn, audit, id) : err;
}

enum err
account_store_erase(void *self, uint64_t id, instant_t now, const struct audit_entry *audit)
{
	const struct erasure_row row = {.erasure = {.account_id = id, .begun_at = now},
	                                .due_at = now};
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = erase(try.conn, &row, audit);
	return try.err;
}

enum err
account_store_erasure_claim(void *self, instant_t now, instant_t until,
                            struct account_erasure *ret_erasure)
{
	struct erasure_row row = {.due_at = now};
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		row.due_at = now;
		try.err = db_find(try.conn, &account_erasure_table, ERASURE_NEXT, &row, &row);
		row.due_at = until;
		if (try.err == OK)
			try.err = db_change_locked(try.conn, &account_erasure_table, ERASURE_LEASE,
			                           &row);
	}
	if (try.err == OK)
		*ret_erasure = row.erasure;
	return try.err;
}

enum err
account_store_erasure_finish(void *self, uint64_t account_id)
{
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err =
			db_run(try.conn, &account_erasure_table, ERASURE_FINISH, &account_id, NULL);
	return try.err;
}
