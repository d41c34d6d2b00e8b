/* SPDX-License-Identifier: MIT */
/* second_factor_store - the key of one-time codes, and recovery codes. */
#include "adapters/mariadb/account/account_operations.h"
#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/audit.h"

#include "base/mem.h"

#include <string.h>

enum { CODES_DELETE, CODE_ADD, CODE_USE, OTP_LIST, OTP_RESEAL };

struct code_row {
	uint64_t account_id;
	const char *hash;
};

/* A key of one-time codes, and what it was or is to be. */
struct otp_row {
	uint64_t account_id;
	struct otp_stored otp, to;
};

struct otp_list_args {
	const char *seal;
	uint64_t after, max;
};

static const struct db_field otp_fields[] = {
	DB_FIELD(struct otp_row, account_id),
	DB_FIELD(struct otp_row, otp.seal),
	DB_FIELD(struct otp_row, otp.sealed),
};
static const struct db_field otp_list_fields[] = {
	DB_FIELD(struct otp_list_args, seal),
	DB_FIELD(struct otp_list_args, after),
	DB_FIELD(struct otp_list_args, max),
};
static const struct db_field reseal_fields[] = {
	DB_FIELD(struct otp_row, to.seal),    DB_FIELD(struct otp_row, to.sealed),
	DB_FIELD(struct otp_row, account_id), DB_FIELD(struct otp_row, otp.seal),
	DB_FIELD(struct otp_row, otp.sealed),
};
static const struct db_field code_fields[] = {
	DB_FIELD(struct code_row, account_id),
	DB_FIELD(struct code_row, hash),
};

static const struct db_statement statements[] = {
	[CODES_DELETE] = {"DELETE FROM recovery_code WHERE account_id = ?", DB_TAKES(db_u64_field)},
	[CODE_ADD] = {"INSERT INTO recovery_code (account_id, hash) VALUES (?, ?)",
                      DB_TAKES(code_fields)},
	[CODE_USE] = {"DELETE FROM recovery_code WHERE account_id = ? AND hash = ?",
                      DB_TAKES(code_fields)},
	[OTP_LIST] = {"SELECT id, otp_key, otp_sealed FROM account"
                      " WHERE otp_key > '' AND otp_key <> ? AND id > ? ORDER BY id LIMIT ?",
                      DB_TAKES(otp_list_fields), DB_GIVES(struct otp_row, otp_fields)},
	[OTP_RESEAL] = {"UPDATE account SET otp_key = ?, otp_sealed = ?"
                        " WHERE id = ? AND otp_key = ? AND otp_sealed = ?",
                        DB_TAKES(reseal_fields)},
};

const struct db_table second_factor_table = {"second-factor", DB_CONTEXTS("account"),
                                             DB_STATEMENTS(statements)};

enum err
recovery_codes_delete(struct db_conn *conn, uint64_t account_id)
{
	return db_run(conn, &second_factor_table, CODES_DELETE, &account_id, NULL);
}

static enum err
offer_put(struct db_conn *conn, const struct second_factor_offer *offer, struct account_row *row)
{
	enum err err = recovery_codes_delete(conn, offer->account_id);
	for (size_t i = 0; err == OK && i < RECOVERY_CODES; i++) {
		const struct code_row code = {.account_id = offer->account_id,
		                              .hash = offer->recovery[i]};
		err = db_run(conn, &second_factor_table, CODE_ADD, &code, NULL);
	}
	row->otp = offer->otp;
	row->otp_step = 0;
	return err == OK ? account_row_change(conn, row, offer->now) : err;
}

enum err
account_store_second_factor_offer(void *self, const struct second_factor_offer *offer)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, offer->account_id, &row);
		if (try.err == OK && row.account.second_factor)
			try.err = ERR_STATE_CONFLICT;
		if (try.err == OK)
			try.err = offer_put(try.conn, offer, &row);
	}
	return try.err;
}

/* Stores a changed row, and ends the other sessions. */
static enum err
change(struct db_conn *conn, struct account_row *row, uint64_t keep_session, instant_t now,
       const struct audit_entry *audit)
{
	enum err err = account_row_change(conn, row, now);
	if (err == OK)
		err = account_sessions_end(conn, row->account.id, keep_session);
	return err == OK ? audit_add_own(conn, audit, row->account.id) : err;
}

enum err
account_store_second_factor_confirm(void *self, uint64_t account_id, uint64_t step,
                                    uint64_t keep_session, instant_t now,
                                    const struct audit_entry *audit)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, account_id, &row);
		if (try.err == OK && (row.account.second_factor || !*row.otp.seal))
			try.err = ERR_STATE_CONFLICT;
		if (try.err != OK)
			continue;
		row.account.second_factor = true;
		row.otp_step = step;
		try.err = change(try.conn, &row, keep_session, now, audit);
	}
	return try.err;
}

enum err
account_store_second_factor_remove(void *self, uint64_t account_id, uint64_t keep_session,
                                   instant_t now, const struct audit_entry *audit)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, account_id, &row);
		if (try.err == OK && !row.account.second_factor)
			try.err = ERR_STATE_CONFLICT;
		if (try.err == OK)
			try.err = recovery_codes_delete(try.conn, account_id);
		if (try.err != OK)
			continue;
		row.account.second_factor = false;
		row.otp = (struct otp_stored){.seal = ""};
		row.otp_step = 0;
		try.err = change(try.conn, &row, keep_session, now, audit);
	}
	return try.err;
}

enum err
account_store_otp_use(void *self, uint64_t account_id, uint64_t step)
{
	struct account_row row;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		try.err = account_row_lock(try.conn, account_id, &row);
		if (try.err == OK && step <= row.otp_step)
			try.err = ERR_NOT_FOUND;
		if (try.err != OK)
			continue;
		row.otp_step = step;
		try.err = account_row_step(try.conn, &row);
	}
	return try.err;
}

enum err
account_store_recovery_use(void *self, uint64_t account_id, const char hash[SECRET_HASH_TEXT])
{
	const struct code_row code = {.account_id = account_id, .hash = hash};
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = db_change(try.conn, &second_factor_table, CODE_USE, &code);
	return try.err == ERR_UNCHANGED ? ERR_NOT_FOUND : try.err;
}

enum err
account_store_otp_list(void *self, const char *seal, uint64_t after, size_t max,
                       void (*visit)(void *arg, uint64_t account_id, const struct otp_stored *otp),
                       void *arg)
{
	const struct otp_list_args args = {.seal = seal, .after = after, .max = max};
	CLEANUP(free_p) struct otp_row *rows = calloc(max, sizeof(*rows));
	size_t n = 0;
	if (!rows)
		return ERR_MEMORY;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &second_factor_table, OTP_LIST, &args, rows, max, &n);
	for (size_t i = 0; try.err == OK && i < n; i++)
		visit(arg, rows[i].account_id, &rows[i].otp);
	return try.err;
}

enum err
account_store_otp_reseal(void *self, uint64_t account_id, const struct otp_stored *from,
                         const struct otp_stored *to)
{
	const struct otp_row row = {.account_id = account_id, .otp = *from, .to = *to};
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = db_change(try.conn, &second_factor_table, OTP_RESEAL, &row);
	return try.err == ERR_UNCHANGED ? ERR_NOT_FOUND : try.err;
}
