/* SPDX-License-Identifier: MIT */
/* identity_store - identities of foreign issuers; a change locks the row of its account first. */
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/audit.h"
#include "base/mem.h"

#include <string.h>

enum {
	IDENTITY_ADD,
	IDENTITY_FIND,
	IDENTITY_OWNER,
	IDENTITY_LIST,
	IDENTITY_COUNT,
	IDENTITY_DELETE,
};

struct key_args {
	const char *issuer, *subject;
};

struct own_args {
	uint64_t id, account_id;
};

/* clang-format off */

static const struct db_field add_fields[] = {
	DB_FIELD(struct identity, account_id), DB_FIELD(struct identity, issuer),
	DB_FIELD(struct identity, subject), DB_FIELD(struct identity, created_at)};
static const struct db_field identity_fields[] = {
	DB_FIELD(struct identity, id), DB_FIELD(struct identity, account_id),
	DB_FIELD(struct identity, issuer), DB_FIELD(struct identity, subject),
	DB_FIELD(struct identity, created_at)};
static const struct db_field key_fields[] = {
	DB_FIELD(struct key_args, issuer), DB_FIELD(struct key_args, subject)};
static const struct db_field own_fields[] = {
	DB_FIELD(struct own_args, id), DB_FIELD(struct own_args, account_id)};
static const struct db_field account_fields[] = {ACCOUNT_FIELDS(struct account_row, account)};

static const struct db_statement statements[] = {
	[IDENTITY_ADD] = {
		"INSERT INTO identity (account_id, issuer, subject, created_at) VALUES (?, ?, ?, ?)",
		DB_TAKES(add_fields)},
	[IDENTITY_FIND] = {
		"SELECT " ACCOUNT_COLUMNS " FROM identity i JOIN account a ON a.id = i.account_id"
		" WHERE i.issuer = ? AND i.subject = ?",
		DB_TAKES(key_fields), DB_GIVES(struct account_row, account_fields)},
	[IDENTITY_OWNER] = {
		"SELECT account_id FROM identity WHERE issuer = ? AND subject = ?",
		DB_TAKES(key_fields), DB_GIVES(uint64_t, db_u64_field)},
	[IDENTITY_LIST] = {
		"SELECT id, account_id, issuer, subject, created_at FROM identity"
		" WHERE account_id = ? ORDER BY id LIMIT 10",
		DB_TAKES(db_u64_field), DB_GIVES(struct identity, identity_fields)},
	[IDENTITY_COUNT] = {
		"SELECT COUNT(*) FROM identity WHERE account_id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(uint64_t, db_u64_field)},
	[IDENTITY_DELETE] = {
		"DELETE FROM identity WHERE id = ? AND account_id = ?", DB_TAKES(own_fields)},
};

/* clang-format on */

_Static_assert(IDENTITIES_MAX == 10, "IDENTITY_LIST has the number as well");

const struct db_table identity_table = {"identity", DB_CONTEXTS("account"),
                                        DB_STATEMENTS(statements)};

static enum err
identity_store_find(void *self, const char *issuer, const char *subject,
                    struct account *ret_account)
{
	const struct key_args args = {.issuer = issuer, .subject = subject};
	struct account_row row;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &identity_table, IDENTITY_FIND, &args, &row);
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

/* ---- making an account ---- */

static enum err
insert(struct db_conn *conn, const struct identity *identity)
{
	uint64_t id;
	enum err err = db_insert(conn, &identity_table, IDENTITY_ADD, identity, &id);
	return err == ERR_DUPLICATE ? ERR_TAKEN : err;
}

static enum err
add(struct db_conn *conn, const struct new_account *new_account, const struct identity *identity,
    struct account_row *row)
{
	struct identity own = *identity;
	*row = (struct account_row){.account = new_account->account};
	enum err err = account_row_add(conn, row);
	if (err != OK)
		return err == ERR_DUPLICATE ? ERR_STATE_CONFLICT : err;
	own.account_id = row->account.id;
	err = insert(conn, &own);
	return err == OK ? audit_add_own(conn, new_account->audit, row->account.id) : err;
}

static enum err
identity_store_add(void *self, const struct new_account *new_account,
                   const struct identity *identity, struct account *ret_account)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = add(try.conn, new_account, identity, &row);
	if (try.err == OK)
		*ret_account = row.account;
	return try.err;
}

/* ---- linking ---- */

/* The account is locked. */
static enum err
link_new(struct db_conn *conn, const struct identity *identity, const struct audit_entry *audit)
{
	uint64_t n;
	enum err err = db_find(conn, &identity_table, IDENTITY_COUNT, &identity->account_id, &n);
	if (err == OK && n >= IDENTITIES_MAX)
		err = ERR_TOO_MANY;
	if (err == OK)
		err = insert(conn, identity);
	return err == OK ? audit_add_own(conn, audit, identity->account_id) : err;
}

static enum err
identity_store_link(void *self, const struct identity *identity, const struct audit_entry *audit)
{
	const struct key_args args = {.issuer = identity->issuer, .subject = identity->subject};
	struct account_row row;
	uint64_t owner;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, identity->account_id, &row);
		if (try.err != OK)
			continue;
		try.err = db_find(try.conn, &identity_table, IDENTITY_OWNER, &args, &owner);
		if (try.err == ERR_NOT_FOUND)
			try.err = link_new(try.conn, identity, audit);
		else if (try.err == OK && owner != identity->account_id)
			try.err = ERR_TAKEN;
	}
	return try.err;
}

/* ---- listing and removing ---- */

static enum err
identity_store_list(void *self, uint64_t account_id,
                    void (*visit)(void *arg, const struct identity *identity), void *arg)
{
	CLEANUP(free_p) struct identity *identities = calloc(IDENTITIES_MAX, sizeof(*identities));
	size_t n = 0;
	if (!identities)
		return ERR_MEMORY;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &identity_table, IDENTITY_LIST, &account_id, identities,
		                  IDENTITIES_MAX, &n);
	for (size_t i = 0; try.err == OK && i < n; i++)
		visit(arg, &identities[i]);
	return try.err;
}

/* That of another account is none. */
static enum err
remove_own(struct db_conn *conn, const struct own_args *args, const struct account_row *row,
           const struct audit_entry *audit)
{
	uint64_t n;
	enum err err = db_find(conn, &identity_table, IDENTITY_COUNT, &args->account_id, &n);
	if (err == OK)
		err = db_change(conn, &identity_table, IDENTITY_DELETE, args);
	if (err == OK && !identity_may_go(n, *row->password))
		err = ERR_STATE_CONFLICT;
	return err == OK ? audit_add_own(conn, audit, args->account_id) : err;
}

static enum err
identity_store_unlink(void *self, uint64_t id, uint64_t account_id, const struct audit_entry *audit)
{
	const struct own_args args = {.id = id, .account_id = account_id};
	struct account_row row;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, account_id, &row);
		if (try.err == OK)
			try.err = remove_own(try.conn, &args, &row, audit);
	}
	return try.err == ERR_UNCHANGED ? ERR_NOT_FOUND : try.err;
}

struct identity_store
identity_store_mariadb(struct db *db)
{
	return (struct identity_store){
		.self = db,
		.find = identity_store_find,
		.add = identity_store_add,
		.link = identity_store_link,
		.list = identity_store_list,
		.unlink = identity_store_unlink,
	};
}
