/* SPDX-License-Identifier: MIT */
/*
 * account_row - reads, locks and changes the row of an account. Inside this folder only.
 */
#ifndef ADAPTERS_MARIADB_ACCOUNT_ACCOUNT_ROW_H
#define ADAPTERS_MARIADB_ACCOUNT_ACCOUNT_ROW_H

#include "adapters/mariadb/listing.h"

extern const struct db_table account_email_table, account_erasure_table, account_row_table;

struct account_row {
	struct account account;
	char password[PASSWORD_HASH_SIZE];
	struct otp_stored otp;
	uint64_t otp_step;
};

/* The members of struct account, from a struct that has it as `member`, in the order of the columns. */
#define ACCOUNT_FIELDS(type, member)                                                          \
	DB_FIELD(type, member.id), DB_FIELD(type, member.email), DB_FIELD(type, member.name), \
		DB_FIELD(type, member.language), DB_FIELD(type, member.is_host),              \
		DB_FIELD(type, member.is_operator), DB_FIELD(type, member.verified),          \
		DB_FIELD(type, member.second_factor), DB_FIELD(type, member.version),         \
		DB_FIELD(type, member.created_at), DB_FIELD(type, member.updated_at)
#define ACCOUNT_COLUMNS                                                             \
	"a.id, a.email, a.name, a.language, a.is_host, a.is_operator, a.verified, " \
	"a.second_factor, a.version, a.created_at, a.updated_at"

/* The row of an account that begins. ERR_DUPLICATE: e-mail or id are another's. An id of 0 is set to the
 * one that it gets. */
MUST_CHECK enum err account_row_add(struct db_conn *conn, struct account_row *row);

/* ERR_NOT_FOUND. */
MUST_CHECK enum err account_row_find(struct db_conn *conn, uint64_t id,
                                     struct account_row *ret_row);
MUST_CHECK enum err account_row_by_email(struct db_conn *conn, const char *email,
                                         struct account_row *ret_row);

/* The same, and locks it until the transaction ends: the first lock of every change of an account.
 * ERR_NOT_FOUND. */
MUST_CHECK enum err account_row_lock(struct db_conn *conn, uint64_t id,
                                     struct account_row *ret_row);

/* Stores a locked row as the account's next version. ERR_DUPLICATE: the e-mail is another's. */
MUST_CHECK enum err account_row_change(struct db_conn *conn, struct account_row *row,
                                       instant_t now);

/* Stores the step of a code that was used, which is no new version. */
MUST_CHECK enum err account_row_step(struct db_conn *conn, const struct account_row *row);

/* What proves who the account is. */
void account_row_secrets(const struct account_row *row, struct account_secrets *ret_secrets);

/* Ends the sessions of a locked account but one; 0: all. */
MUST_CHECK enum err account_sessions_end(struct db_conn *conn, uint64_t account_id, uint64_t keep);

/* Asks for a mail to a locked account, if account_mail_is_allowed(). */
MUST_CHECK enum err account_mail_add(struct db_conn *conn, uint64_t account_id,
                                     enum account_mail_kind kind, instant_t now);

/* For how long the account has to wait for one more mail of the kind; 0: it may be asked for. */
MUST_CHECK enum err account_mail_pause(struct db_conn *conn, uint64_t account_id,
                                       enum account_mail_kind kind, instant_t now,
                                       uint32_t *ret_wait_ms);

/* Stores a mail, without such a limit: kind, account.id, email and created_at of job. due_at 0: it is never
 * sent, but counts. */
MUST_CHECK enum err account_mail_put(struct db_conn *conn, const struct account_mail_job *job,
                                     instant_t due_at);

/* Withdraws the e-mail that a locked account was to have, if there is one. */
MUST_CHECK enum err email_change_delete(struct db_conn *conn, uint64_t account_id);

/* Removes the recovery codes of a locked account. */
MUST_CHECK enum err recovery_codes_delete(struct db_conn *conn, uint64_t account_id);

#endif
