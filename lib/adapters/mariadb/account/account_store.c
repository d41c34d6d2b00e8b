/* SPDX-License-Identifier: MIT */
/* account_store - accounts themselves; a change locks the row of its account first. */
#include "adapters/mariadb/account/account_store.h"

#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/audit.h"
#include "adapters/mariadb/idempotency.h"
#include "base/mem.h"

#include <string.h>

enum {
	ACCOUNT_COUNT,
	ACCOUNT_LIST, /* the first of the sorts, each ascending and descending */
};

struct list_args {
	bool any, of_hosts, of_operators;
	struct window window;
};

/* clang-format off */

static const struct db_field account_fields[] = {
	DB_FIELD(struct account, id), DB_FIELD(struct account, email), DB_FIELD(struct account, name),
	DB_FIELD(struct account, language), DB_FIELD(struct account, is_host),
	DB_FIELD(struct account, is_operator), DB_FIELD(struct account, verified),
	DB_FIELD(struct account, second_factor), DB_FIELD(struct account, version),
	DB_FIELD(struct account, created_at), DB_FIELD(struct account, updated_at)};
static const struct db_field list_fields[] = {
	DB_FIELD(struct list_args, any), DB_FIELD(struct list_args, of_hosts),
	DB_FIELD(struct list_args, of_operators), DB_WINDOW(struct list_args, window)};

#define WANTED " FROM account a WHERE (? OR (? AND a.is_host) OR (? AND a.is_operator))"
#define PAGE(condition, order) { \
	"SELECT " ACCOUNT_COLUMNS condition " ORDER BY " order " LIMIT ? OFFSET ?", \
	DB_TAKES(list_fields), DB_GIVES(struct account, account_fields)}
#define SORTED(sort, column, key) DB_SORTED(ACCOUNT_LIST, sort, PAGE, WANTED, column, key)

static const struct db_statement statements[] = {
	[ACCOUNT_COUNT] = {
		"SELECT COUNT(*)" WANTED, DB_TAKES_ALL_BUT_WINDOW(list_fields),
		DB_GIVES(uint64_t, db_u64_field)},
	SORTED(ACCOUNT_SORT_ID, "a.id", "a.id"),
	SORTED(ACCOUNT_SORT_EMAIL, "a.email", "a.email"),
	SORTED(ACCOUNT_SORT_CREATED_AT, "a.created_at", "a.id"),
};

/* clang-format on */

const struct db_table account_table = {"account", DB_CONTEXTS("account"),
                                       DB_STATEMENTS(statements)};

/* ---- adding ---- */

static enum db_mode
mode_of(const struct idempotency *key)
{
	return idempotency_given(key) ? DB_IDEMPOTENT : DB_WRITE;
}

/* Whose e-mail, or whose number, it is. */
static enum err
duplicate_explain(struct db_conn *conn, const struct account_row *row)
{
	struct account_row other;
	enum err err = account_row_by_email(conn, row->account.email, &other);
	if (err == OK)
		return ERR_STATE_CONFLICT;
	return err == ERR_NOT_FOUND ? ERR_TAKEN : err;
}

static enum err
add(struct db_conn *conn, const struct new_account *new_account, struct account_row *row,
    bool *ret_replayed)
{
	uint64_t id;
	enum err err = idempotency_find(conn, &new_account->key, &id);
	*ret_replayed = err == OK;
	if (err == OK)
		return account_row_find(conn, id, row);
	if (err != ERR_NOT_FOUND)
		return err;
	*row = (struct account_row){.account = new_account->account};
	memcpy(row->password, new_account->password, sizeof(row->password));
	err = account_row_add(conn, row);
	if (err == ERR_DUPLICATE)
		return duplicate_explain(conn, row);
	if (err == OK)
		err = account_mail_add(conn, row->account.id, ACCOUNT_MAIL_VERIFY,
		                       row->account.created_at);
	if (err == OK)
		err = audit_add_own(conn, new_account->audit, row->account.id);
	return err == OK ? idempotency_add(conn, &new_account->key, row->account.id) : err;
}

static enum err
account_store_add(void *self, const struct new_account *new_account, struct account *ret_account,
                  bool *ret_replayed)
{
	struct account_row row;
	bool replayed = false;
	struct db_try try = db_begin(self, mode_of(&new_account->key));
	while (db_next(&try))
		try.err = add(try.conn, new_account, &row, &replayed);
	if (try.err != OK)
		return try.err;
	*ret_account = row.account;
	*ret_replayed = replayed;
	return OK;
}

/* ---- reading ---- */

static enum err
account_store_find(void *self, uint64_t id, struct account *ret_account)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = account_row_find(try.conn, id, &row);
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

static enum err
row_give(enum err err, const struct account_row *row, struct account *ret_account,
         struct account_secrets *ret_secrets)
{
	if (err != OK)
		return err;
	account_row_secrets(row, ret_secrets);
	*ret_account = row->account;
	return OK;
}

static enum err
account_store_find_with_secrets(void *self, uint64_t id, struct account *ret_account,
                                struct account_secrets *ret_secrets)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = account_row_find(try.conn, id, &row);
	return row_give(try.err, &row, ret_account, ret_secrets);
}

static enum err
account_store_find_by_email(void *self, const char *email, struct account *ret_account,
                            struct account_secrets *ret_secrets)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = account_row_by_email(try.conn, email, &row);
	return row_give(try.err, &row, ret_account, ret_secrets);
}

static enum err
account_store_list(void *self, const struct account_list *list,
                   void (*visit)(void *arg, const struct account *account), void *arg,
                   uint64_t *ret_total)
{
	const struct list_args args = {.any = list->role == 0,
	                               .of_hosts = list->role == ROLE_HOST,
	                               .of_operators = list->role == ROLE_OPERATOR,
	                               .window = window_of(&list->paging)};
	const struct listing_query query = {.table = &account_table,
	                                    .count = ACCOUNT_COUNT,
	                                    .first = ACCOUNT_LIST,
	                                    .args = &args,
	                                    .paging = &list->paging};
	CLEANUP(rows_done) struct rows rows = {.n = 0};
	enum err err = listing_fetch(self, &query, &rows, ret_total);
	ROWS_SHOW(&rows, struct account, visit, arg);
	return err;
}

/* ---- changing ---- */

static enum err
change(struct db_conn *conn, const struct account_change *wanted, struct account_row *row,
       bool *ret_replayed)
{
	uint64_t id;
	enum err err = account_row_lock(conn, wanted->id, row);
	if (err != OK)
		return err;
	err = idempotency_find(conn, &wanted->key, &id);
	*ret_replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	err = precondition_check(&wanted->condition, row->account.version);
	if (err == OK && account_set_members(&row->account, wanted->members, &wanted->to))
		err = account_row_change(conn, row, wanted->now);
	return err == OK ? idempotency_add(conn, &wanted->key, wanted->id) : err;
}

/* A change without a condition may be made twice: the second time it changes nothing. */
static enum err
account_store_change(void *self, const struct account_change *wanted, struct account *ret_account,
                     bool *ret_replayed)
{
	struct account_row row;
	bool replayed = false;
	struct db_try try =
		db_begin(self, precondition_given(&wanted->condition) ? mode_of(&wanted->key)
	                                                              : DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = change(try.conn, wanted, &row, &replayed);
	if (try.err != OK)
		return try.err;
	*ret_account = row.account;
	*ret_replayed = replayed;
	return OK;
}

static enum err
role_set(struct db_conn *conn, struct account_row *row, enum role role, bool has, instant_t now,
         const struct audit_entry *audit)
{
	bool changed;
	enum err err = account_set_role(&row->account, role, has, &changed);
	if (err != OK || !changed)
		return err;
	err = account_row_change(conn, row, now);
	if (err == OK && !has)
		err = account_sessions_end(conn, row->account.id, 0);
	return err == OK ? audit_add_own(conn, audit, row->account.id) : err;
}

static enum err
account_store_role_set(void *self, uint64_t id, enum role role, bool has, instant_t now,
                       const struct audit_entry *audit, struct account *ret_account)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, id, &row);
		if (try.err == OK)
			try.err = role_set(try.conn, &row, role, has, now, audit);
	}
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

static enum err
account_store_password_set(void *self, const struct password_change *wanted)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, wanted->account_id, &row);
		if (try.err != OK)
			continue;
		memcpy(row.password, wanted->password, sizeof(row.password));
		try.err = account_row_change(try.conn, &row, wanted->now);
		if (try.err == OK)
			try.err = email_change_delete(try.conn, wanted->account_id);
		if (try.err == OK)
			try.err = account_sessions_end(try.conn, wanted->account_id,
			                               wanted->keep_session);
		if (try.err == OK)
			try.err = audit_add_own(try.conn, wanted->audit, wanted->account_id);
	}
	return try.err;
}

static enum err
account_store_key_find(void *self, const struct idempotency *key)
{
	uint64_t id;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = idempotency_find(try.conn, key, &id);
	return try.err;
}

/* ---- the port ---- */

struct account_store
account_store_mariadb(struct db *db)
{
	return (struct account_store){
		.self = db,
		.add = account_store_add,
		.find = account_store_find,
		.find_with_secrets = account_store_find_with_secrets,
		.find_by_email = account_store_find_by_email,
		.change = account_store_change,
		.role_set = account_store_role_set,
		.list = account_store_list,
		.password_set = account_store_password_set,
		.email_ask = account_store_email_ask,
		.email_token_put = account_store_email_token_put,
		.email_set = account_store_email_set,
		.token_put = account_store_token_put,
		.verify = account_store_verify,
		.reset_find = account_store_reset_find,
		.reset = account_store_reset,
		.second_factor_offer = account_store_second_factor_offer,
		.second_factor_confirm = account_store_second_factor_confirm,
		.second_factor_remove = account_store_second_factor_remove,
		.otp_use = account_store_otp_use,
		.recovery_use = account_store_recovery_use,
		.otp_list = account_store_otp_list,
		.otp_reseal = account_store_otp_reseal,
		.erase = account_store_erase,
		.erasure_claim = account_store_erasure_claim,
		.erasure_finish = account_store_erasure_finish,
		.key_find = account_store_key_find,
		.keys_purge = idempotency_purge,
	};
}
