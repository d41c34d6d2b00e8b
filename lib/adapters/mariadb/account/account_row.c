/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/account/account_row.h"

#include <string.h>

enum { ROW_ADD, ROW_FIND, ROW_BY_EMAIL, ROW_LOCK, ROW_UPDATE, ROW_STEP, SESSIONS_END };

/* clang-format off */

static const struct db_field row_fields[] = {
	ACCOUNT_FIELDS(struct account_row, account), DB_FIELD(struct account_row, password),
	DB_FIELD(struct account_row, otp.seal), DB_FIELD(struct account_row, otp.sealed),
	DB_FIELD(struct account_row, otp_step)};
#define ROW_COLUMNS ACCOUNT_COLUMNS ", a.password, a.otp_key, a.otp_sealed, a.otp_step"

static const struct db_field add_fields[] = {
	{.type = DB_U64, .offset = offsetof(struct account_row, account.id), .size = sizeof(uint64_t),
         .nullable = true},
	DB_FIELD(struct account_row, account.email), DB_FIELD(struct account_row, account.name),
	DB_FIELD(struct account_row, account.language), DB_FIELD(struct account_row, account.is_host),
	DB_FIELD(struct account_row, account.verified), DB_FIELD(struct account_row, account.version),
	DB_FIELD(struct account_row, account.created_at),
	DB_FIELD(struct account_row, account.updated_at), DB_FIELD(struct account_row, password)};

static const struct db_field email_fields[] = {
	{.type = DB_POINTER, .size = sizeof(const char *)}};

static const struct db_field update_fields[] = {
	DB_FIELD(struct account_row, account.email), DB_FIELD(struct account_row, account.name),
	DB_FIELD(struct account_row, account.language), DB_FIELD(struct account_row, account.is_host),
	DB_FIELD(struct account_row, account.is_operator),
	DB_FIELD(struct account_row, account.verified), DB_FIELD(struct account_row, password),
	DB_FIELD(struct account_row, account.second_factor), DB_FIELD(struct account_row, otp.seal),
	DB_FIELD(struct account_row, otp.sealed), DB_FIELD(struct account_row, otp_step), DB_FIELD(struct account_row, account.version),
	DB_FIELD(struct account_row, account.updated_at), DB_FIELD(struct account_row, account.id),
	DB_FIELD(struct account_row, account.version)};

static const struct db_field step_fields[] = {
	DB_FIELD(struct account_row, otp_step), DB_FIELD(struct account_row, account.id)};

struct end_args {
	uint64_t account_id, keep;
};
static const struct db_field end_fields[] = {
	DB_FIELD(struct end_args, account_id), DB_FIELD(struct end_args, keep)};

static const struct db_statement statements[] = {
	[ROW_ADD] = {
		"INSERT INTO account (id, email, name, language, is_host, verified, version,"
		" created_at, updated_at, password) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(add_fields)},
	[ROW_FIND] = {
		"SELECT " ROW_COLUMNS " FROM account a WHERE a.id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(struct account_row, row_fields)},
	[ROW_BY_EMAIL] = {
		"SELECT " ROW_COLUMNS " FROM account a WHERE a.email = ?",
		DB_TAKES(email_fields), DB_GIVES(struct account_row, row_fields)},
	[ROW_LOCK] = {
		"SELECT " ROW_COLUMNS " FROM account a WHERE a.id = ? FOR UPDATE",
		DB_TAKES(db_u64_field), DB_GIVES(struct account_row, row_fields)},
	[ROW_UPDATE] = {
		"UPDATE account SET email = ?, name = ?, language = ?, is_host = ?, is_operator = ?,"
		" verified = ?, password = ?, second_factor = ?, otp_key = ?, otp_sealed = ?, otp_step = ?, version = ?, updated_at = ?"
		" WHERE id = ? AND version = ? - 1",
		DB_TAKES(update_fields)},
	[ROW_STEP] = {"UPDATE account SET otp_step = ? WHERE id = ?", DB_TAKES(step_fields)},
	[SESSIONS_END] = {
		"DELETE FROM session WHERE account_id = ? AND id <> ?", DB_TAKES(end_fields)},
};

/* clang-format on */

const struct db_table account_row_table = {"account-row", DB_CONTEXTS("account"),
                                           DB_STATEMENTS(statements)};

enum err
account_row_add(struct db_conn *conn, struct account_row *row)
{
	uint64_t id = 0;
	enum err err = db_insert(conn, &account_row_table, ROW_ADD, row, &id);
	if (err == OK && !row->account.id)
		row->account.id = id;
	return err;
}

enum err
account_row_find(struct db_conn *conn, uint64_t id, struct account_row *ret_row)
{
	return db_find(conn, &account_row_table, ROW_FIND, &id, ret_row);
}

enum err
account_row_by_email(struct db_conn *conn, const char *email, struct account_row *ret_row)
{
	return db_find(conn, &account_row_table, ROW_BY_EMAIL, &email, ret_row);
}

enum err
account_row_lock(struct db_conn *conn, uint64_t id, struct account_row *ret_row)
{
	return db_find(conn, &account_row_table, ROW_LOCK, &id, ret_row);
}

enum err
account_row_change(struct db_conn *conn, struct account_row *row, instant_t now)
{
	account_next_version(&row->account, now);
	return db_change_locked(conn, &account_row_table, ROW_UPDATE, row);
}

enum err
account_row_step(struct db_conn *conn, const struct account_row *row)
{
	return db_change_locked(conn, &account_row_table, ROW_STEP, row);
}

void
account_row_secrets(const struct account_row *row, struct account_secrets *ret_secrets)
{
	*ret_secrets = (struct account_secrets){.otp = row->otp};
	memcpy(ret_secrets->password, row->password, sizeof(ret_secrets->password));
}

enum err
account_sessions_end(struct db_conn *conn, uint64_t account_id, uint64_t keep)
{
	const struct end_args args = {.account_id = account_id, .keep = keep};
	return db_run(conn, &account_row_table, SESSIONS_END, &args, NULL);
}
