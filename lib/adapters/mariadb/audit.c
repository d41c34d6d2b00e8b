/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/audit.h"

enum { ENTRY_ADD, ENTRIES_PURGE };

struct entry_purge {
	instant_t before;
	uint32_t kept_days, max;
};

/* clang-format off */

static const struct db_field entry_fields[] = {
	DB_ENUM(struct audit_entry, what, audit_what_name, AUDIT_WHAT_MAX),
	DB_ENUM(struct audit_entry, outcome, audit_outcome_name, AUDIT_OUTCOME_MAX),
	DB_FIELD(struct audit_entry, by.id),
	DB_ENUM(struct audit_entry, by.role, audit_role_name, AUDIT_ROLE_MAX),
	DB_FIELD(struct audit_entry, by.name), DB_FIELD(struct audit_entry, by.address),
	DB_FIELD(struct audit_entry, by.request_id),
	DB_ENUM(struct audit_entry, subject, audit_subject_name, AUDIT_SUBJECT_MAX),
	DB_FIELD(struct audit_entry, subject_id), DB_FIELD(struct audit_entry, detail),
	DB_FIELD(struct audit_entry, email), DB_FIELD(struct audit_entry, missed)};
static const struct db_field purge_fields[] = {
	DB_FIELD(struct entry_purge, before), DB_FIELD(struct entry_purge, kept_days),
	DB_FIELD(struct entry_purge, max)};

static const struct db_statement statements[] = {
	[ENTRY_ADD] = {
		"INSERT INTO audit (at, what, outcome, who, role, name, address, request_id, subject,"
		" subject_id, detail, email, missed) VALUES (NOW(3), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(entry_fields)},
	[ENTRIES_PURGE] = {
		"DELETE FROM audit WHERE at < ? AND at < NOW(3) - INTERVAL ? DAY ORDER BY at LIMIT ?",
		DB_TAKES(purge_fields)},
};

/* clang-format on */

const struct db_table audit_table = {
	"audit", DB_CONTEXTS("account", "alarm", "book", "mypage", "pay", "room"),
	DB_STATEMENTS(statements)};

enum err
audit_add(struct db_conn *conn, const struct audit_entry *entry)
{
	return entry ? db_run(conn, &audit_table, ENTRY_ADD, entry, NULL) : OK;
}

enum err
audit_add_own(struct db_conn *conn, const struct audit_entry *entry, uint64_t account_id)
{
	struct audit_entry own;
	if (!entry)
		return OK;
	own = *entry;
	audit_entry_own(&own, account_id);
	return audit_add(conn, &own);
}

static enum err
audit_mariadb_add(void *self, const struct audit_entry *entry)
{
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = audit_add(try.conn, entry);
	return try.err;
}

static enum err
audit_mariadb_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	const struct entry_purge purge = {
		.before = before, .kept_days = AUDIT_KEPT_DAYS, .max = (uint32_t)max};
	uint64_t rows = 0;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &audit_table, ENTRIES_PURGE, &purge, &rows);
	if (try.err == OK)
		*ret_n = (size_t)rows;
	return try.err;
}

struct audit
audit_mariadb(struct db *db)
{
	return (struct audit){.self = db, .add = audit_mariadb_add, .purge = audit_mariadb_purge};
}
