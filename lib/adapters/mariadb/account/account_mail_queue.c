/* SPDX-License-Identifier: MIT */
/* account_mail_queue - mails to the owners of accounts, claimed by a lease as deliveries are. */
#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/account/account_store.h"

enum { MAIL_SENT, MAIL_ADD, MAIL_NEXT, MAIL_LEASE, MAIL_OUTCOME, MAIL_BACKLOG, MAILS_PURGE };

struct mail_row {
	struct account_mail_job job;
	instant_t due_at;
};

/* What was asked for before. */
struct mails_before {
	uint64_t account_id;
	enum account_mail_kind kind;
	instant_t since, last_at;
	uint64_t sent;
};

struct backlog {
	uint64_t n;
	instant_t oldest;
};

struct purge_args {
	instant_t before;
	uint32_t max;
};

static const char *
kind_word(unsigned kind)
{
	return account_mail_kind_name((enum account_mail_kind)kind);
}

/* clang-format off */

#define KIND(type, member) DB_ENUM(type, member, kind_word, ACCOUNT_MAIL_KIND_MAX)
static const struct db_field before_fields[] = {
	DB_FIELD(struct mails_before, account_id), KIND(struct mails_before, kind),
	DB_FIELD(struct mails_before, since)};
static const struct db_field sent_fields[] = {
	DB_FIELD(struct mails_before, sent), DB_NULLABLE(struct mails_before, last_at)};
static const struct db_field add_fields[] = {
	DB_FIELD(struct mail_row, job.account.id), KIND(struct mail_row, job.kind),
	DB_FIELD(struct mail_row, job.email), DB_FIELD(struct mail_row, job.created_at),
	DB_NULLABLE(struct mail_row, due_at)};
static const struct db_field due_fields[] = {DB_FIELD(struct mail_row, due_at)};
static const struct db_field next_fields[] = {
	DB_FIELD(struct mail_row, job.id), KIND(struct mail_row, job.kind),
	DB_FIELD(struct mail_row, job.email), DB_FIELD(struct mail_row, job.created_at),
	DB_FIELD(struct mail_row, job.attempts),
	ACCOUNT_FIELDS(struct mail_row, job.account)};
static const struct db_field outcome_fields[] = {
	DB_NULLABLE(struct mail_row, due_at), DB_FIELD(struct mail_row, job.id),
	DB_FIELD(struct mail_row, job.attempts)};
static const struct db_field backlog_fields[] = {
	DB_FIELD(struct backlog, n), DB_NULLABLE(struct backlog, oldest)};
static const struct db_field purge_fields[] = {
	DB_FIELD(struct purge_args, before), DB_FIELD(struct purge_args, max)};

static const struct db_statement statements[] = {
	[MAIL_SENT] = {
		"SELECT COUNT(*), MAX(created_at) FROM account_mail"
		" WHERE account_id = ? AND kind = ? AND created_at > ?",
		DB_TAKES(before_fields), DB_GIVES(struct mails_before, sent_fields)},
	[MAIL_ADD] = {
		"INSERT INTO account_mail (account_id, kind, email, created_at, due_at)"
		" VALUES (?, ?, ?, ?, ?)",
		DB_TAKES(add_fields)},
	[MAIL_NEXT] = {
		"SELECT m.id, m.kind, m.email, m.created_at, m.attempts, " ACCOUNT_COLUMNS
		" FROM account_mail m JOIN account a ON a.id = m.account_id WHERE m.due_at <= ?"
		" ORDER BY m.due_at, m.id LIMIT 1 FOR UPDATE SKIP LOCKED",
		DB_TAKES(due_fields), DB_GIVES(struct mail_row, next_fields)},
	[MAIL_LEASE] = {
		"UPDATE account_mail SET due_at = ?, attempts = attempts + 1"
		" WHERE id = ? AND attempts = ? AND due_at IS NOT NULL",
		DB_TAKES(outcome_fields)},
	[MAIL_OUTCOME] = {
		"UPDATE account_mail SET due_at = ?"
		" WHERE id = ? AND attempts = ? AND due_at IS NOT NULL",
		DB_TAKES(outcome_fields)},
	[MAIL_BACKLOG] = {
		"SELECT COUNT(*), MIN(created_at) FROM account_mail WHERE due_at IS NOT NULL",
		DB_GIVES(struct backlog, backlog_fields)},
	[MAILS_PURGE] = {
		"DELETE FROM account_mail WHERE created_at <= ? ORDER BY created_at LIMIT ?",
		DB_TAKES(purge_fields)},
};

/* clang-format on */

const struct db_table account_mail_table = {"account-mail", DB_CONTEXTS("account"),
                                            DB_STATEMENTS(statements)};

/* ---- asking ---- */

enum err
account_mail_put(struct db_conn *conn, const struct account_mail_job *job, instant_t due_at)
{
	const struct mail_row row = {.job = *job, .due_at = due_at};
	return db_run(conn, &account_mail_table, MAIL_ADD, &row, NULL);
}

enum err
account_mail_pause(struct db_conn *conn, uint64_t account_id, enum account_mail_kind kind,
                   instant_t now, uint32_t *ret_wait_ms)
{
	struct mails_before before = {
		.account_id = account_id, .kind = kind, .since = now - ACCOUNT_MAIL_DAY_MS};
	enum err err = db_find(conn, &account_mail_table, MAIL_SENT, &before, &before);
	*ret_wait_ms = account_mail_wait_ms(before.sent, before.last_at, now);
	return err;
}

enum err
account_mail_add(struct db_conn *conn, uint64_t account_id, enum account_mail_kind kind,
                 instant_t now)
{
	const struct account_mail_job job = {
		.kind = kind, .created_at = now, .account = {.id = account_id}};
	uint32_t wait_ms = 0;
	enum err err = account_mail_pause(conn, account_id, kind, now, &wait_ms);
	return err != OK || wait_ms ? err : account_mail_put(conn, &job, now);
}

static enum err
account_mail_queue_ask(void *self, uint64_t account_id, enum account_mail_kind kind, instant_t now)
{
	struct account_row account;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, account_id, &account);
		if (try.err == OK)
			try.err = account_mail_add(try.conn, account_id, kind, now);
	}
	return try.err;
}

/* ---- sending ---- */

static enum err
account_mail_queue_claim(void *self, instant_t now, uint32_t lease_s,
                         struct account_mail_job *ret_job)
{
	struct mail_row row = {.due_at = now};
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		row = (struct mail_row){.due_at = now};
		try.err = db_find(try.conn, &account_mail_table, MAIL_NEXT, &row, &row);
		row.due_at = now + lease_s * INT64_C(1000);
		if (try.err == OK)
			try.err = db_change_locked(try.conn, &account_mail_table, MAIL_LEASE, &row);
	}
	if (try.err != OK)
		return try.err;
	row.job.attempts++;
	*ret_job = row.job;
	return OK;
}

static enum err
outcome_store(struct db *db, const struct account_mail_job *job, instant_t due_at)
{
	const struct mail_row row = {.job = *job, .due_at = due_at};
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &account_mail_table, MAIL_OUTCOME, &row, NULL);
	return try.err;
}

static enum err
account_mail_queue_finish(void *self, const struct account_mail_job *job)
{
	return outcome_store(self, job, 0);
}

static enum err
account_mail_queue_postpone(void *self, const struct account_mail_job *job, instant_t until)
{
	return outcome_store(self, job, until);
}

static enum err
account_mail_queue_backlog(void *self, uint64_t *ret_n, instant_t *ret_oldest)
{
	struct backlog backlog = {.n = 0};
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &account_mail_table, MAIL_BACKLOG, NULL, &backlog);
	if (try.err != OK)
		return try.err;
	*ret_n = backlog.n;
	*ret_oldest = backlog.oldest;
	return OK;
}

static enum err
account_mail_queue_purge(void *self, instant_t now, size_t max, size_t *ret_n)
{
	const struct purge_args args = {.before = now - ACCOUNT_MAIL_DAY_MS, .max = (uint32_t)max};
	uint64_t mails = 0;
	size_t tokens = 0, changes = 0;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &account_mail_table, MAILS_PURGE, &args, &mails);
	if (try.err == OK)
		try.err = account_tokens_purge(self, now, max, &tokens);
	if (try.err == OK)
		try.err = email_changes_purge(self, now, max, &changes);
	if (try.err == OK)
		*ret_n = (size_t)mails + tokens + changes;
	return try.err;
}

struct account_mail_queue
account_mail_queue_mariadb(struct db *db)
{
	return (struct account_mail_queue){
		.self = db,
		.ask = account_mail_queue_ask,
		.claim = account_mail_queue_claim,
		.finish = account_mail_queue_finish,
		.postpone = account_mail_queue_postpone,
		.backlog = account_mail_queue_backlog,
		.purge = account_mail_queue_purge,
	};
}
