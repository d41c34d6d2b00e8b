/* SPDX-License-Identifier: MIT */
/* account_email - another e-mail of an account; every change locks the row of the account first. */
#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/audit.h"

#include <string.h>

enum { CHANGE_PUT, CHANGE_DELETE, CHANGE_TOKEN, CHANGE_FIND, TOKENS_DELETE, CHANGES_PURGE };

struct change_row {
	uint64_t account_id;
	const char *hash;
	char email[EMAIL_SIZE];
	instant_t at;
	uint32_t max;
};

/* clang-format off */

static const struct db_field put_fields[] = {
	DB_FIELD(struct change_row, account_id), DB_FIELD(struct change_row, email),
	DB_FIELD(struct change_row, at)};
static const struct db_field token_fields[] = {
	DB_FIELD(struct change_row, hash), DB_FIELD(struct change_row, at),
	DB_FIELD(struct change_row, account_id), DB_FIELD(struct change_row, email)};
static const struct db_field hash_fields[] = {DB_FIELD(struct change_row, hash)};
static const struct db_field found_fields[] = {
	DB_FIELD(struct change_row, account_id), DB_FIELD(struct change_row, email),
	DB_FIELD(struct change_row, at)};
static const struct db_field purge_fields[] = {
	DB_FIELD(struct change_row, at), DB_FIELD(struct change_row, max)};

static const struct db_statement statements[] = {
	[CHANGE_PUT] = {
		"INSERT INTO email_change (account_id, email, asked_at) VALUES (?, ?, ?)",
		DB_TAKES(put_fields)},
	[CHANGE_DELETE] = {
		"DELETE FROM email_change WHERE account_id = ?", DB_TAKES(db_u64_field)},
	[CHANGE_TOKEN] = {
		"UPDATE email_change SET hash = ?, sent_at = ? WHERE account_id = ? AND email = ?",
		DB_TAKES(token_fields)},
	[CHANGE_FIND] = {
		"SELECT account_id, email, sent_at FROM email_change WHERE hash = ?",
		DB_TAKES(hash_fields), DB_GIVES(struct change_row, found_fields)},
	[TOKENS_DELETE] = {
		"DELETE FROM one_time_token WHERE account_id = ?", DB_TAKES(db_u64_field)},
	[CHANGES_PURGE] = {
		"DELETE FROM email_change WHERE asked_at <= ? ORDER BY asked_at LIMIT ?",
		DB_TAKES(purge_fields)},
};

/* clang-format on */

const struct db_table account_email_table = {"account-email", DB_CONTEXTS("account"),
                                             DB_STATEMENTS(statements)};

enum err
email_change_delete(struct db_conn *conn, uint64_t account_id)
{
	return db_run(conn, &account_email_table, CHANGE_DELETE, &account_id, NULL);
}

/* ---- asking ---- */

/* The mail with the link, which counts for the limits even if it is never sent; or the one to the account that
 * has the address. */
static enum err
mails_add(struct db_conn *conn, const struct email_change *change, const char *present,
          uint64_t owner_id)
{
	const struct account_mail_job link = {.kind = ACCOUNT_MAIL_EMAIL,
	                                      .created_at = change->now,
	                                      .account = {.id = change->account_id}};
	struct account_mail_job to_new = link, to_present = link;
	memcpy(to_new.email, change->email, sizeof(to_new.email));
	memcpy(to_present.email, present, sizeof(to_present.email));
	to_present.kind = ACCOUNT_MAIL_NOTICE;
	enum err err = account_mail_put(conn, &to_new, owner_id ? 0 : change->now);
	if (err == OK)
		err = account_mail_put(conn, &to_present, change->now);
	if (err == OK && owner_id)
		err = account_mail_add(conn, owner_id, ACCOUNT_MAIL_TAKEN, change->now);
	return err;
}

/* The account that has the e-mail; 0: none. */
static enum err
owner_find(struct db_conn *conn, const char *email, uint64_t *ret_id)
{
	struct account_row owner = {.account = {.id = 0}};
	enum err err = account_row_by_email(conn, email, &owner);
	*ret_id = err == OK ? owner.account.id : 0;
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
ask(struct db_conn *conn, const struct email_change *change, uint32_t *ret_wait_ms)
{
	struct change_row row = {.account_id = change->account_id, .at = change->now};
	struct account_row account;
	uint64_t owner_id = 0;
	enum err err = account_row_lock(conn, change->account_id, &account);
	if (err == OK)
		err = account_mail_pause(conn, change->account_id, ACCOUNT_MAIL_EMAIL, change->now,
		                         ret_wait_ms);
	if (err == OK && *ret_wait_ms)
		return ERR_TOO_MANY;
	if (err == OK)
		err = owner_find(conn, change->email, &owner_id);
	if (err == OK)
		err = mails_add(conn, change, account.account.email, owner_id);
	if (err == OK)
		err = email_change_delete(conn, change->account_id);
	memcpy(row.email, change->email, sizeof(row.email));
	if (err == OK && !owner_id)
		err = db_run(conn, &account_email_table, CHANGE_PUT, &row, NULL);
	return err == OK ? audit_add_own(conn, change->audit, change->account_id) : err;
}

enum err
account_store_email_ask(void *self, const struct email_change *change, uint32_t *ret_wait_ms)
{
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = ask(try.conn, change, ret_wait_ms);
	return try.err;
}

/* ---- the link ---- */

enum err
account_store_email_token_put(void *self, uint64_t account_id, const char email[EMAIL_SIZE],
                              const char hash[SECRET_HASH_TEXT], instant_t now)
{
	struct change_row row = {.account_id = account_id, .hash = hash, .at = now};
	struct account_row account;
	memcpy(row.email, email, sizeof(row.email));
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, account_id, &account);
		if (try.err == OK)
			try.err = db_change(try.conn, &account_email_table, CHANGE_TOKEN, &row);
	}
	return try.err == ERR_UNCHANGED ? ERR_NOT_FOUND : try.err;
}

/* The change that a token proves. ERR_NOT_FOUND, also if it is too old. */
static enum err
change_find(struct db_conn *conn, const struct email_proof *proof, struct change_row *ret_row)
{
	*ret_row = (struct change_row){.hash = proof->hash};
	enum err err = db_find(conn, &account_email_table, CHANGE_FIND, ret_row, ret_row);
	if (err == OK && !one_time_token_is_alive(ret_row->at, proof->now))
		return ERR_NOT_FOUND;
	return err;
}

/* What was mailed to the address of before proves nothing any more. */
static enum err
set(struct db_conn *conn, const struct email_proof *proof, const struct change_row *change,
    struct account_row *row)
{
	const uint64_t id = row->account.id;
	account_set_email(&row->account, change->email);
	enum err err = account_row_change(conn, row, proof->now);
	if (err == ERR_DUPLICATE)
		return ERR_STATE_CONFLICT;
	if (err == OK)
		err = email_change_delete(conn, id);
	if (err == OK)
		err = db_run(conn, &account_email_table, TOKENS_DELETE, &id, NULL);
	if (err == OK)
		err = account_sessions_end(conn, id, proof->keep_session);
	return err == OK ? audit_add_own(conn, proof->audit, id) : err;
}

enum err
account_store_email_set(void *self, const struct email_proof *proof, struct account *ret_account)
{
	struct account_row row;
	struct change_row change;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = change_find(try.conn, proof, &change);
		if (try.err == OK)
			try.err = account_row_lock(try.conn, change.account_id, &row);
		/* Once more, as somebody may have been quicker. */
		if (try.err == OK)
			try.err = change_find(try.conn, proof, &change);
		if (try.err == OK)
			try.err = set(try.conn, proof, &change, &row);
	}
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

enum err
email_changes_purge(struct db *db, instant_t now, size_t max, size_t *ret_n)
{
	const struct change_row limits = {.at = now - ACCOUNT_MAIL_DAY_MS, .max = (uint32_t)max};
	uint64_t rows = 0;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &account_email_table, CHANGES_PURGE, &limits, &rows);
	if (try.err == OK)
		*ret_n = (size_t)rows;
	return try.err;
}
