/* SPDX-License-Identifier: MIT */
/* access - databases, users, and what each of them may do. */
#include "tools/migrate/migrate.h"

#include "base/mem.h"
#include "domain/context.h"

#include <stdio.h>
#include <string.h>

#define SECRET_MAX 128u

static enum err
database_make(struct migration_job *job, const char *context)
{
	char found[2];
	enum err err = server_ask(job->server, found, sizeof(found),
	                          "SELECT COUNT(*) FROM information_schema.schemata"
	                          " WHERE schema_name = 'hotel_%s'",
	                          context);
	if (err != OK || found[0] != '0')
		return err;
	change_report(job, "hotel_%s: create the database\n", context);
	if (job->pending_only)
		return OK;
	return server_run(job->server,
	                  "CREATE DATABASE IF NOT EXISTS hotel_%s"
	                  " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
	                  context);
}

/* The secret as an SQL literal; a newline at its end does not count. */
static enum err
secret_read(struct migration_job *job, const char *name, struct buf *ret_literal)
{
	char path[4096];
	CLEANUP(buf_done) struct buf secret = BUF_INIT(SECRET_MAX);
	snprintf(path, sizeof(path), "%s/db-%s", job->secrets_dir, name);
	enum err err = migration_file_read(path, &secret);
	if (err != OK)
		return err;
	const size_t length = secret.len ? strcspn(secret.data, "\r\n") : 0;
	if (length == 0) {
		fprintf(stderr, "hotel-migrate: %s: is empty\n", path);
		return ERR_INVALID;
	}
	err = server_quote(job->server, ret_literal, secret.data, length);
	explicit_bzero(secret.data, secret.len);
	return err;
}

/* Whether the user exists with this password. */
static enum err
user_has_password(struct migration_job *job, const char *name, const char *literal, bool *ret_is)
{
	char found[2];
	enum err err = server_ask(job->server, found, sizeof(found),
	                          "SELECT COUNT(*) FROM mysql.global_priv"
	                          " WHERE User = 'hotel_%s' AND Host = '%s' AND"
	                          " JSON_VALUE(Priv, '$.authentication_string') = PASSWORD(%s)",
	                          name, job->user_host, literal);
	if (err == OK)
		*ret_is = found[0] != '0';
	return err;
}

static enum err
user_make(struct migration_job *job, const char *name)
{
	CLEANUP(buf_done) struct buf literal = BUF_INIT(2 * SECRET_MAX + 3);
	bool is;
	enum err err = secret_read(job, name, &literal);
	if (err == OK)
		err = user_has_password(job, name, literal.data, &is);
	if (err == OK && !is) {
		change_report(job, "hotel_%s: create the user, or set its password\n", name);
		if (!job->pending_only)
			err = server_run(job->server,
			                 "CREATE USER IF NOT EXISTS 'hotel_%s'@'%s';"
			                 "ALTER USER 'hotel_%s'@'%s' IDENTIFIED BY %s",
			                 name, job->user_host, name, job->user_host, literal.data);
	}
	if (literal.data)
		explicit_bzero(literal.data, literal.len);
	return err;
}

/* Granting again what is granted changes nothing. No user may change a schema: only this program
 * does. */
static enum err
grant(struct migration_job *job, const char *context)
{
	if (job->pending_only)
		return OK;
	enum err err =
		server_run(job->server,
	                   "GRANT SELECT, INSERT, UPDATE, DELETE ON hotel_%s.* TO 'hotel_%s'@'%s'",
	                   context, context, job->user_host);
	if (err != OK || strcmp(context, "account") == 0)
		return err; /* checker_rights() */
	return server_run(job->server, "GRANT SELECT ON hotel_%s.* TO 'hotel_" CHECKER "'@'%s'",
	                  context, job->user_host);
}

enum err
access_apply(struct migration_job *job)
{
	enum err err = user_make(job, CHECKER);
	for (size_t i = 0; err == OK && i < CONTEXTS; i++) {
		err = database_make(job, contexts[i]);
		if (err == OK)
			err = user_make(job, contexts[i]);
		if (err == OK)
			err = grant(job, contexts[i]);
	}
	return err;
}
