/* SPDX-License-Identifier: MIT */
/* account_token - the tokens of mails. A token is deleted by its use, under the lock of its account. */
#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/audit.h"

#include <string.h>

enum { TOKENS_DELETE, TOKEN_ADD, TOKEN_FIND, TOKEN_USE, TOKENS_PURGE };

struct token_row {
	const char *hash;
	uint64_t account_id;
	enum account_mail_kind kind;
	instant_t created_at;
	uint32_t max;
};

static const char *
kind_word(unsigned kind)
{
	return account_mail_kind_name((enum account_mail_kind)kind);
}

/* clang-format off */

#define KIND DB_ENUM(struct token_row, kind, kind_word, ACCOUNT_MAIL_KIND_MAX)
static const struct db_field kind_fields[] = {DB_FIELD(struct token_row, account_id), KIND};
static const struct db_field add_fields[] = {
	DB_FIELD(struct token_row, hash), DB_FIELD(struct token_row, account_id), KIND,
	DB_FIELD(struct token_row, created_at)};
static const struct db_field find_fields[] = {DB_FIELD(struct token_row, hash), KIND};
static const struct db_field found_fields[] = {
	DB_FIELD(struct token_row, account_id), DB_FIELD(struct token_row, created_at)};
static const struct db_field purge_fields[] = {
	DB_FIELD(struct token_row, created_at), DB_FIELD(struct token_row, max)};

static const struct db_statement statements[] = {
	[TOKENS_DELETE] = {
		"DELETE FROM one_time_token WHERE account_id = ? AND kind = ?", DB_TAKES(kind_fields)},
	[TOKEN_ADD] = {
		"INSERT INTO one_time_token (hash, account_id, kind, created_at) VALUES (?, ?, ?, ?)",
		DB_TAKES(add_fields)},
	[TOKEN_FIND] = {
		"SELECT account_id, created_at FROM one_time_token WHERE hash = ? AND kind = ?",
		DB_TAKES(find_fields), DB_GIVES(struct token_row, found_fields)},
	[TOKEN_USE] = {
		"DELETE FROM one_time_token WHERE hash = ? AND kind = ?", DB_TAKES(find_fields)},
	[TOKENS_PURGE] = {
		"DELETE FROM one_time_token WHERE created_at <= ? ORDER BY created_at LIMIT ?",
		DB_TAKES(purge_fields)},
};

/* clang-format on */

const struct db_table account_token_table = {"account-token", DB_CONTEXTS("account"),
                                             DB_STATEMENTS(statements)};

enum err
account_store_token_put(void *self, const struct account *account, enum account_mail_kind kind,
                        const char hash[SECRET_HASH_TEXT], instant_t now)
{
	const struct token_row row = {
		.hash = hash, .account_id = account->id, .kind = kind, .created_at = now};
	struct account_row present;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, account->id, &present);
		if (try.err == OK && strcmp(present.account.email, account->email) != 0)
			try.err = ERR_NOT_FOUND;
		if (try.err == OK)
			try.err = db_run(try.conn, &account_token_table, TOKENS_DELETE, &row, NULL);
		if (try.err == OK)
			try.err = db_run(try.conn, &account_token_table, TOKEN_ADD, &row, NULL);
	}
	return try.err;
}

/* The account of a token that counts. ERR_NOT_FOUND. */
static enum err
token_find(struct db_conn *conn, enum account_mail_kind kind, const char *hash, instant_t now,
           uint64_t *ret_account_id)
{
	struct token_row row = {.hash = hash, .kind = kind};
	enum err err = db_find(conn, &account_token_table, TOKEN_FIND, &row, &row);
	if (err == OK && !one_time_token_is_alive(row.created_at, now))
		return ERR_NOT_FOUND;
	*ret_account_id = row.account_id;
	return err;
}

/* Locks the account of a token and deletes the token. ERR_NOT_FOUND, also if somebody was quicker. */
static enum err
token_use(struct db_conn *conn, enum account_mail_kind kind, const char *hash, instant_t now,
          struct account_row *ret_row)
{
	const struct token_row row = {.hash = hash, .kind = kind};
	uint64_t account_id = 0;
	enum err err = token_find(conn, kind, hash, now, &account_id);
	if (err == OK)
		err = account_row_lock(conn, account_id, ret_row);
	if (err == OK)
		err = db_change(conn, &account_token_table, TOKEN_USE, &row);
	return err == ERR_UNCHANGED ? ERR_NOT_FOUND : err;
}

enum err
account_store_verify(void *self, const char hash[SECRET_HASH_TEXT], instant_t now,
                     struct account *ret_account)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = token_use(try.conn, ACCOUNT_MAIL_VERIFY, hash, now, &row);
		if (try.err != OK || row.account.verified)
			continue;
		row.account.verified = true;
		try.err = account_row_change(try.conn, &row, now);
	}
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

enum err
account_store_reset_find(void *self, const char hash[SECRET_HASH_TEXT], instant_t now,
                         struct account *ret_account)
{
	struct account_row row;
	uint64_t account_id = 0;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try)) {
		try.err = token_find(try.conn, ACCOUNT_MAIL_RESET, hash, now, &account_id);
		if (try.err == OK)
			try.err = account_row_find(try.conn, account_id, &row);
	}
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

static enum err
reset(struct db_conn *conn, struct account_row *row, const char *password, instant_t now,
      const struct audit_entry *audit)
{
	enum err err = OK;
	if (account_verify_by_reset(&row->account)) {
		row->otp = (struct otp_stored){.seal = ""};
		row->otp_step = 0;
		err = recovery_codes_delete(conn, row->account.id);
	}
	memcpy(row->password, password, sizeof(row->password));
	if (err == OK)
		err = account_row_change(conn, row, now);
	if (err == OK)
		err = email_change_delete(conn, row->account.id);
	if (err == OK)
		err = account_sessions_end(conn, row->account.id, 0);
	return err == OK ? audit_add_own(conn, audit, row->account.id) : err;
}

enum err
account_store_reset(void *self, const char hash[SECRET_HASH_TEXT],
                    const char password[PASSWORD_HASH_SIZE], instant_t now,
                    const struct audit_entry *audit, struct account *ret_account)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = token_use(try.conn, ACCOUNT_MAIL_RESET, hash, now, &row);
		if (try.err == OK)
			try.err = reset(try.conn, &row, password, now, audit);
	}
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

enum err
account_tokens_purge(struct db *db, instant_t now, size_t max, size_t *ret_n)
{
	const struct token_row limits = {.created_at = now - ONE_TIME_TOKEN_LIFE_S * INT64_C(1000),
	                                 .max = (uint32_t)max};
	uint64_t rows = 0;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &account_token_table, TOKENS_PURGE, &limits, &rows);
	if (try.err == OK)
		*ret_n = (size_t)rows;
	return try.err;
}
