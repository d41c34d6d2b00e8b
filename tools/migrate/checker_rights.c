/* SPDX-License-Identifier: MIT */
/*
 * checker_rights - what the read-only user over all databases may read of account: neither passwords nor the
 * keys of one-time codes nor hashes of tokens. Of other contexts it may read everything.
 *
 * A column that is added later is not readable until it is in this table.
 */
#include "tools/migrate/migrate.h"

#include "base/mem.h"

#include <string.h>

#define ACCOUNT "hotel_account"

static const struct {
	const char *table, *columns;
} readable[] = {
	{"account", "id, email, name, language, is_host, is_operator, verified, second_factor,"
                    " otp_step, version, created_at, updated_at, is_hashed, has_otp_key"},
	{"recovery_code", "account_id, is_hashed"},
	{"one_time_token", "account_id, kind, created_at, is_hashed"},
	{"session", "id, account_id, second_factor, created_at, seen_at, address, agent, is_hashed,"
                    " refresh_mark"},
	{"refresh_exchanged", "session_id, is_hashed, mark"},
	{"sign_in_try", "address, failures, last_at"},
	{"account_mail", "id, account_id, kind, created_at, due_at, attempts"},
	{"idempotency", "scope, subject_id, created_at"},
	{"audit",
         "id, at, what, outcome, who, role, name, address, request_id, subject, subject_id,"
         " detail, email, missed"},
	{"erasure", "account_id, begun_at, due_at"},
};

/* Versions before granted the whole database. */
static enum err
whole_revoke(struct migration_job *job)
{
	char found[4];
	enum err err =
		server_ask(job->server, found, sizeof(found),
	                   "SELECT COUNT(*) FROM information_schema.schema_privileges"
	                   " WHERE table_schema = '" ACCOUNT "' AND privilege_type = 'SELECT'"
	                   " AND grantee = '''hotel_" CHECKER "''@''%s'''",
	                   job->user_host);
	if (err != OK || strcmp(found, "0") == 0)
		return err;
	return server_run(job->server,
	                  "REVOKE SELECT ON " ACCOUNT ".* FROM 'hotel_" CHECKER "'@'%s'",
	                  job->user_host);
}

static enum err
table_grant(struct migration_job *job, const char *table, const char *columns)
{
	char found[4];
	enum err err = server_ask(job->server, found, sizeof(found),
	                          "SELECT COUNT(*) FROM information_schema.tables"
	                          " WHERE table_schema = '" ACCOUNT "' AND table_name = '%s'",
	                          table);
	if (err != OK || strcmp(found, "0") == 0)
		return err;
	return server_run(job->server,
	                  "GRANT SELECT (%s) ON " ACCOUNT ".%s TO 'hotel_" CHECKER "'@'%s'",
	                  columns, table, job->user_host);
}

enum err
checker_rights(struct migration_job *job)
{
	enum err err = job->pending_only ? OK : whole_revoke(job);
	for (size_t i = 0; err == OK && !job->pending_only && i < ARRAY_SIZE(readable); i++)
		err = table_grant(job, readable[i].table, readable[i].columns);
	return err;
}
