/* SPDX-License-Identifier: MIT */
/* session_store - sessions. One that ends has no row any more, so nothing has to remember that. */
#include "adapters/mariadb/account/account_store.h"

#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/audit.h"
#include "base/mem.h"

#include <string.h>

enum {
	SESSION_ADD,
	SESSION_SURPLUS,
	SESSION_OF_COOKIE,
	SESSION_OF_REFRESH,
	SESSION_TOUCH,
	SESSION_EXCHANGE,
	EXCHANGED_ADD,
	EXCHANGED_FIND,
	EXCHANGED_OWNER,
	SESSION_LIST,
	SESSION_END,
	SESSION_DELETE,
	SESSIONS_PURGE_GUESTS,
	SESSIONS_PURGE_STAFF,
};

/* A session and its account. */
struct session_row {
	struct session session;
	struct account account;
};

struct add_args {
	struct session session;
	const char *refresh, *cookie;
};

struct hash_args {
	uint64_t session_id;
	const char *hash;
};

struct rotation {
	uint64_t session_id;
	const char *from, *to;
};

struct end_args {
	uint64_t id, account_id;
};

struct list_args {
	uint64_t account_id;
	uint32_t first; /* how many, or how many are left out */
};

struct purge_args {
	instant_t unseen_since, older_than;
	uint32_t max;
};

/* clang-format off */

static const struct db_field add_fields[] = {
	DB_FIELD(struct add_args, session.account_id), DB_FIELD(struct add_args, refresh),
	DB_FIELD(struct add_args, cookie), DB_FIELD(struct add_args, session.second_factor),
	DB_FIELD(struct add_args, session.created_at), DB_FIELD(struct add_args, session.seen_at),
	DB_FIELD(struct add_args, session.address), DB_FIELD(struct add_args, session.agent)};
#define SESSION_COLUMNS \
	"s.id, s.account_id, s.second_factor, s.created_at, s.seen_at, s.address, s.agent"
#define SESSION_FIELDS(type, before) \
	DB_FIELD(type, before id), DB_FIELD(type, before account_id), \
	DB_FIELD(type, before second_factor), DB_FIELD(type, before created_at), \
	DB_FIELD(type, before seen_at), DB_FIELD(type, before address), DB_FIELD(type, before agent)
static const struct db_field row_fields[] = {
	SESSION_FIELDS(struct session_row, session.), ACCOUNT_FIELDS(struct session_row, account)};
static const struct db_field session_fields[] = {SESSION_FIELDS(struct session, )};
static const struct db_field hash_fields[] = {DB_FIELD(struct hash_args, hash)};
static const struct db_field exchange_fields[] = {
	DB_FIELD(struct hash_args, hash), DB_FIELD(struct hash_args, session_id)};
static const struct db_field change_fields[] = {
	DB_FIELD(struct rotation, to), DB_FIELD(struct rotation, session_id),
	DB_FIELD(struct rotation, from)};
static const struct db_field touch_fields[] = {
	DB_FIELD(struct session, seen_at), DB_FIELD(struct session, id)};
static const struct db_field end_fields[] = {
	DB_FIELD(struct end_args, id), DB_FIELD(struct end_args, account_id)};
static const struct db_field list_fields[] = {
	DB_FIELD(struct list_args, account_id), DB_FIELD(struct list_args, first)};
static const struct db_field purge_fields[] = {
	DB_FIELD(struct purge_args, unseen_since), DB_FIELD(struct purge_args, older_than),
	DB_FIELD(struct purge_args, max)};

#define WITH_ACCOUNT(where) { \
	"SELECT " SESSION_COLUMNS ", " ACCOUNT_COLUMNS \
	" FROM session s JOIN account a ON a.id = s.account_id WHERE " where, \
	DB_TAKES(hash_fields), DB_GIVES(struct session_row, row_fields)}
#define PURGE(whose) { \
	"DELETE gone FROM (" \
	"SELECT s.id FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id" \
	" WHERE " whose "(a.is_host OR a.is_operator) AND (s.seen_at <= ? OR s.created_at <= ?)" \
	" LIMIT ?) AS ended STRAIGHT_JOIN session gone ON gone.id = ended.id", \
	DB_TAKES(purge_fields)}

static const struct db_statement statements[] = {
	[SESSION_ADD] = {
		"INSERT INTO session (account_id, refresh, cookie, second_factor, created_at, seen_at,"
		" address, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(add_fields)},
	[SESSION_SURPLUS] = {
		"SELECT s.id FROM session s WHERE s.account_id = ?"
		" ORDER BY s.seen_at DESC, s.id DESC LIMIT 1 OFFSET ?",
		DB_TAKES(list_fields), DB_GIVES(uint64_t, db_u64_field)},
	[SESSION_OF_COOKIE] = WITH_ACCOUNT("s.cookie = ?"),
	[SESSION_OF_REFRESH] = WITH_ACCOUNT("s.refresh = ?"),
	[SESSION_TOUCH] = {"UPDATE session SET seen_at = ? WHERE id = ?", DB_TAKES(touch_fields)},
	[SESSION_EXCHANGE] = {
		"UPDATE session SET refresh = ? WHERE id = ? AND refresh = ?",
		DB_TAKES(change_fields)},
	[EXCHANGED_ADD] = {
		"INSERT INTO refresh_exchanged (hash, session_id) VALUES (?, ?)",
		DB_TAKES(exchange_fields)},
	[EXCHANGED_FIND] = {
		"SELECT session_id FROM refresh_exchanged WHERE hash = ?",
		DB_TAKES(hash_fields), DB_GIVES(uint64_t, db_u64_field)},
	[EXCHANGED_OWNER] = {
		"SELECT account_id FROM session WHERE id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(uint64_t, db_u64_field)},
	[SESSION_LIST] = {
		"SELECT " SESSION_COLUMNS " FROM session s WHERE s.account_id = ?"
		" ORDER BY s.seen_at DESC, s.id DESC LIMIT ?",
		DB_TAKES(list_fields), DB_GIVES(struct session, session_fields)},
	[SESSION_END] = {
		"DELETE FROM session WHERE id = ? AND account_id = ?", DB_TAKES(end_fields)},
	[SESSION_DELETE] = {"DELETE FROM session WHERE id = ?", DB_TAKES(db_u64_field)},
	[SESSIONS_PURGE_GUESTS] = PURGE("NOT "),
	[SESSIONS_PURGE_STAFF] = PURGE(""),
};

/* clang-format on */

const struct db_table account_session_table = {"session", DB_CONTEXTS("account"),
                                               DB_STATEMENTS(statements)};

/* Runs one statement as a transaction that may be made twice. */
static enum err
run(struct db *db, unsigned statement, const void *args, uint64_t *ret_rows)
{
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &account_session_table, statement, args, ret_rows);
	return try.err;
}

/* ---- beginning ---- */

/* The row of the account is locked, so two sign-ins at once leave no surplus. */
static enum err
surplus_end(struct db_conn *conn, uint64_t account_id)
{
	const struct list_args args = {.account_id = account_id, .first = SESSIONS_MAX};
	uint64_t id;
	enum err err = db_find(conn, &account_session_table, SESSION_SURPLUS, &args, &id);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	return db_run(conn, &account_session_table, SESSION_DELETE, &id, NULL);
}

static enum err
session_store_begin(void *self, const struct new_session *new_session, struct session *ret_session)
{
	struct add_args args = {.session = new_session->session,
	                        .refresh = new_session->refresh,
	                        .cookie = new_session->cookie};
	struct account_row account;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, args.session.account_id, &account);
		if (try.err == OK)
			try.err = db_insert(try.conn, &account_session_table, SESSION_ADD, &args,
			                    &args.session.id);
		if (try.err == OK)
			try.err = surplus_end(try.conn, args.session.account_id);
		if (try.err == OK)
			try.err = audit_add_own(try.conn, new_session->audit,
			                        args.session.account_id);
	}
	if (try.err == OK)
		*ret_session = args.session;
	return try.err;
}

/* ---- using ---- */

/* Notes the use of a session that was found. ERR_NOT_FOUND: it has ended. */
static enum err
session_use(struct db_conn *conn, struct session_row *row, instant_t now)
{
	if (!session_is_alive(&row->session, &row->account, now))
		return ERR_NOT_FOUND;
	if (!session_is_to_touch(&row->session, now))
		return OK;
	row->session.seen_at = now;
	return db_run(conn, &account_session_table, SESSION_TOUCH, &row->session, NULL);
}

static enum err
session_store_of_cookie(void *self, const char cookie[SECRET_HASH_TEXT], instant_t now,
                        struct session *ret_session, struct account *ret_account)
{
	const struct hash_args args = {.hash = cookie};
	struct session_row row;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &account_session_table, SESSION_OF_COOKIE, &args, &row);
		if (try.err == OK)
			try.err = session_use(try.conn, &row, now);
	}
	if (try.err != OK)
		return try.err;
	*ret_session = row.session;
	*ret_account = row.account;
	return OK;
}

/* ---- exchanging ---- */

/* Ends the session of a token that was exchanged before. ret_reused: there is one. */
static enum err
reused_end(struct db_conn *conn, const struct hash_args *args, const struct audit_entry *audit,
           bool *ret_reused)
{
	uint64_t session_id, account_id = 0, rows = 0;
	enum err err = db_find(conn, &account_session_table, EXCHANGED_FIND, args, &session_id);
	*ret_reused = err == OK;
	if (err == OK)
		err = db_find(conn, &account_session_table, EXCHANGED_OWNER, &session_id,
		              &account_id);
	if (err == OK)
		err = db_run(conn, &account_session_table, SESSION_DELETE, &session_id, &rows);
	return err == OK && rows ? audit_add_own(conn, audit, account_id) : err;
}

/* Exchanges the token of a session that was found. ERR_CONFLICT: somebody has just done it; the next try
 * finds that. */
static enum err
exchange(struct db_conn *conn, const char *from, const char *to, struct session_row *row,
         instant_t now)
{
	struct account_row account;
	const struct rotation change = {.session_id = row->session.id, .from = from, .to = to};
	const struct hash_args old = {.session_id = row->session.id, .hash = from};
	enum err err = account_row_lock(conn, row->session.account_id, &account);
	if (err != OK)
		return err;
	row->account = account.account;
	err = session_use(conn, row, now);
	if (err == OK)
		err = db_change(conn, &account_session_table, SESSION_EXCHANGE, &change);
	if (err == ERR_UNCHANGED)
		return ERR_CONFLICT;
	return err == OK ? db_run(conn, &account_session_table, EXCHANGED_ADD, &old, NULL) : err;
}

/* That a session ends for a reused token commits, although the caller is refused. */
static enum err
session_store_refresh(void *self, const char from[SECRET_HASH_TEXT],
                      const char to[SECRET_HASH_TEXT], instant_t now,
                      const struct audit_entry *audit, struct session *ret_session,
                      struct account *ret_account)
{
	const struct hash_args args = {.hash = from};
	struct session_row row;
	bool reused = false;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		reused = false;
		try.err =
			db_find(try.conn, &account_session_table, SESSION_OF_REFRESH, &args, &row);
		if (try.err == ERR_NOT_FOUND)
			try.err = reused_end(try.conn, &args, audit, &reused);
		else if (try.err == OK)
			try.err = exchange(try.conn, from, to, &row, now);
	}
	if (try.err != OK || reused)
		return try.err == OK ? ERR_FORBIDDEN : try.err;
	*ret_session = row.session;
	*ret_account = row.account;
	return OK;
}

/* ---- listing and ending ---- */

static enum err
session_store_list(void *self, const struct account *account, instant_t now,
                   void (*visit)(void *arg, const struct session *session), void *arg)
{
	const struct list_args args = {.account_id = account->id, .first = SESSIONS_MAX};
	CLEANUP(free_p) struct session *sessions = calloc(SESSIONS_MAX, sizeof(*sessions));
	size_t n = 0;
	if (!sessions)
		return ERR_MEMORY;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &account_session_table, SESSION_LIST, &args, sessions,
		                  SESSIONS_MAX, &n);
	for (size_t i = 0; try.err == OK && i < n; i++)
		if (session_is_alive(&sessions[i], account, now))
			visit(arg, &sessions[i]);
	return try.err;
}

static enum err
session_store_end(void *self, uint64_t id, uint64_t account_id, const struct audit_entry *audit)
{
	const struct end_args args = {.id = id, .account_id = account_id};
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = db_change(try.conn, &account_session_table, SESSION_END, &args);
		if (try.err == OK)
			try.err = audit_add_own(try.conn, audit, account_id);
	}
	return try.err == ERR_UNCHANGED ? ERR_NOT_FOUND : try.err;
}

/* Ends the session that a statement finds, if there is one, and if nobody was quicker. */
static enum err
found_end(struct db *db, unsigned find, const char *hash, const struct audit_entry *audit)
{
	const struct hash_args args = {.hash = hash};
	struct session_row row;
	uint64_t rows = 0;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &account_session_table, find, &args, &row);
		if (try.err == OK)
			try.err = db_run(try.conn, &account_session_table, SESSION_DELETE,
			                 &row.session.id, &rows);
		if (try.err == OK && rows)
			try.err = audit_add_own(try.conn, audit, row.account.id);
	}
	return try.err == ERR_NOT_FOUND ? OK : try.err;
}

static enum err
session_store_end_by_refresh(void *self, const char refresh[SECRET_HASH_TEXT],
                             const struct audit_entry *audit)
{
	return found_end(self, SESSION_OF_REFRESH, refresh, audit);
}

static enum err
session_store_end_by_cookie(void *self, const char cookie[SECRET_HASH_TEXT],
                            const struct audit_entry *audit)
{
	return found_end(self, SESSION_OF_COOKIE, cookie, audit);
}

static enum err
session_store_end_others(void *self, uint64_t account_id, uint64_t keep_session,
                         const struct audit_entry *audit)
{
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_sessions_end(try.conn, account_id, keep_session);
		if (try.err == OK)
			try.err = audit_add_own(try.conn, audit, account_id);
	}
	return try.err;
}

/* ---- purging ---- */

static enum err
sessions_purge(struct db *db, bool staff, instant_t now, size_t max, size_t *n)
{
	const struct session_cutoff cutoff = session_cutoff(staff, now);
	const struct purge_args args = {.unseen_since = cutoff.unseen_since,
	                                .older_than = cutoff.older_than,
	                                .max = (uint32_t)max};
	uint64_t rows = 0;
	enum err err = run(db, staff ? SESSIONS_PURGE_STAFF : SESSIONS_PURGE_GUESTS, &args, &rows);
	*n += (size_t)rows;
	return err;
}

static enum err
session_store_purge(void *self, instant_t now, size_t max, size_t *ret_n)
{
	size_t n = 0, tries = 0;
	enum err err = sessions_purge(self, false, now, max, &n);
	if (err == OK)
		err = sessions_purge(self, true, now, max - n, &n);
	if (err == OK)
		err = sign_in_tries_purge(self, now, max, &tries);
	if (err == OK)
		*ret_n = n + tries;
	return err;
}

struct session_store
session_store_mariadb(struct db *db)
{
	return (struct session_store){
		.self = db,
		.begin = session_store_begin,
		.of_cookie = session_store_of_cookie,
		.refresh = session_store_refresh,
		.list = session_store_list,
		.end = session_store_end,
		.end_by_refresh = session_store_end_by_refresh,
		.end_by_cookie = session_store_end_by_cookie,
		.end_others = session_store_end_others,
		.try_begin = session_store_try_begin,
		.try_succeed = session_store_try_succeed,
		.purge = session_store_purge,
	};
}
