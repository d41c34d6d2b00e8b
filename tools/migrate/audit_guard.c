/* SPDX-License-Identifier: MIT */
/*
 * audit_guard - triggers that refuse to change the audit. The user of a context may write into all of its
 * tables; these triggers it can neither drop nor pass.
 *
 * They are no migration: a backup has no triggers, and MariaDB runs one with the rights of who made it, who
 * may not exist on another machine. So they belong to whoever runs this program.
 */
#include "tools/migrate/migrate.h"

#include "domain/audit.h"

#include <string.h>

#define TRIGGERS "2"

static enum err
is_guarded(struct migration_job *job, const char *context, bool *ret_is)
{
	char found[4] = "";
	enum err err = server_ask(job->server, found, sizeof(found),
	                          "SELECT COUNT(*) FROM information_schema.tables WHERE"
	                          " table_schema = 'hotel_%s' AND table_name = 'audit'",
	                          context);
	*ret_is = err == OK && strcmp(found, "0") == 0;
	if (err != OK || *ret_is)
		return err;
	err = server_ask(job->server, found, sizeof(found),
	                 "SELECT COUNT(*) FROM information_schema.triggers WHERE"
	                 " trigger_schema = 'hotel_%s' AND event_object_table = 'audit'"
	                 " AND definer = CURRENT_USER()",
	                 context);
	*ret_is = strcmp(found, TRIGGERS) == 0;
	return err;
}

enum err
audit_guard(struct migration_job *job, const char *context)
{
	bool is = true;
	enum err err = job->pending_only ? OK : is_guarded(job, context, &is);
	if (err != OK || is)
		return err;
	err = server_run(job->server,
	                 "CREATE OR REPLACE TRIGGER hotel_%s.audit_unchanged BEFORE UPDATE"
	                 " ON hotel_%s.audit FOR EACH ROW"
	                 " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit is never changed'",
	                 context, context);
	if (err != OK)
		return err;
	return server_run(job->server,
	                  "CREATE OR REPLACE TRIGGER hotel_%s.audit_kept BEFORE DELETE"
	                  " ON hotel_%s.audit FOR EACH ROW"
	                  " IF OLD.at > UTC_TIMESTAMP(3) - INTERVAL %d DAY THEN"
	                  " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT ="
	                  " 'younger rows of the audit are kept'; END IF",
	                  context, context, AUDIT_KEPT_DAYS);
}
