/* SPDX-License-Identifier: MIT */
/*
 * migrate - the parts of hotel-migrate.
 *
 * All SQL here is made of constants and of texts that went through server_quote(): identifiers and
 * passwords cannot be parameters.
 */
#ifndef TOOLS_MIGRATE_MIGRATE_H
#define TOOLS_MIGRATE_MIGRATE_H

#include "base/buf.h"
#include "config/settings.h"

#include <mysql.h>

#define SQL_MAX 1048576u /* bytes of one statement or file */

struct migration_job {
	MYSQL *server;
	const char *sql_dir, *secrets_dir;
	const char *user_host; /* where users come from: "localhost" or "%" */
	unsigned done;         /* changes made, or with pending_only changes to be made */
	bool pending_only;
};

/* Creates databases and users that are missing, sets passwords that differ from their secret, and
 * grants what each user may do. */
MUST_CHECK enum err access_apply(struct migration_job *job);

/* Applies the files of a context that its database has not seen yet, in the order of their
 * names. */
MUST_CHECK enum err schema_apply(struct migration_job *job, const char *context);

#define CHECKER "check" /* the read-only user over all databases */

/* Grants that user what it may read of account, which is everything but secrets. After the schema. */
MUST_CHECK enum err checker_rights(struct migration_job *job);

/* Makes sure that the rows of a context's audit are only ever added, and deleted when they are old: no
 * user but an administrator can change that. Without such a table there is nothing to do. */
MUST_CHECK enum err audit_guard(struct migration_job *job, const char *context);

/* ---- the server ---- */

/* Runs the statements in sql, made as by printf; without results. ERR_UNAVAILABLE: the reason is on
 * stderr. */
MUST_CHECK enum err server_run(MYSQL *server, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Runs a statement whose result is one text or none: "" in that case. ERR_UNAVAILABLE. */
MUST_CHECK enum err server_ask(MYSQL *server, char *ret_text, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Appends a text as an SQL literal. */
MUST_CHECK enum err server_quote(MYSQL *server, struct buf *sql, const char *text, size_t n);

/* Reads a whole file. After an error the reason is on stderr. */
MUST_CHECK enum err migration_file_read(const char *path, struct buf *ret_content);

/* Prints what was done and counts it. */
void change_report(struct migration_job *job, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
