/* SPDX-License-Identifier: MIT */
/*
 * schema - applies numbered files, sql/<context>/NNNN-name.sql, forward only.
 *
 * Each file is applied once and then recorded in the database's schema_migration. MariaDB commits
 * every change of a schema by itself, so after a run that is interrupted between a file's
 * statements and its record the next run applies the file again. Every statement has to be
 * idempotent (CREATE TABLE IF NOT EXISTS, ADD COLUMN IF NOT EXISTS ...), which a test checks.
 */
#include "tools/migrate/migrate.h"

#include "base/mem.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CHECKSUM_TEXT 65

static const char record_table[] =
	"CREATE TABLE IF NOT EXISTS hotel_%s.schema_migration ("
	" name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL"
	" COMMENT 'The file that was applied.',"
	" checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL"
	" COMMENT 'SHA-256 of the file as it was: applied files are never changed.',"
	" applied_at DATETIME(3) NOT NULL"
	" COMMENT 'When it was applied, in UTC.',"
	" PRIMARY KEY (name)"
	") ENGINE = InnoDB COMMENT 'Which changes of the schema this database has seen.'";

/* NNNN-name.sql, of letters, digits and hyphens: safe in a statement without quoting. */
static int
is_migration(const struct dirent *entry)
{
	const char *name = entry->d_name;
	const size_t length = strlen(name);
	if (length < sizeof("0001-a.sql") - 1 || length > 100)
		return 0;
	for (size_t i = 0; i < 4; i++)
		if (!isdigit((unsigned char)name[i]))
			return 0;
	const size_t word = strspn(name + 5, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return name[4] == '-' && word && strcmp(name + 5 + word, ".sql") == 0;
}

static enum err
record_find(struct migration_job *job, const char *context, const char *name,
            char ret_checksum[CHECKSUM_TEXT])
{
	char there[2];
	enum err err = server_ask(job->server, there, sizeof(there),
	                          "SELECT COUNT(*) FROM information_schema.tables WHERE"
	                          " table_schema = 'hotel_%s' AND table_name = 'schema_migration'",
	                          context);
	if (err != OK)
		return err;
	if (there[0] == '0') {
		ret_checksum[0] = '\0';
		return OK;
	}
	return server_ask(job->server, ret_checksum, CHECKSUM_TEXT,
	                  "SELECT checksum FROM hotel_%s.schema_migration WHERE name = '%s'",
	                  context, name);
}

static enum err
checksum_of(struct migration_job *job, const struct buf *content, char ret_checksum[CHECKSUM_TEXT])
{
	CLEANUP(buf_done) struct buf literal = BUF_INIT(SQL_MAX);
	enum err err = server_quote(job->server, &literal, content->data, content->len);
	if (err != OK)
		return err;
	return server_ask(job->server, ret_checksum, CHECKSUM_TEXT, "SELECT SHA2(%s, 256)",
	                  literal.data);
}

static enum err
file_run(struct migration_job *job, const char *context, const char *name,
         const struct buf *content, const char *checksum)
{
	enum err err = server_run(job->server, "USE hotel_%s", context);
	if (err == OK)
		err = server_run(job->server, "%s", content->data ? content->data : "");
	if (err != OK) {
		fprintf(stderr, "hotel-migrate: sql/%s/%s failed\n", context, name);
		return err;
	}
	return server_run(job->server,
	                  "INSERT INTO hotel_%s.schema_migration (name, checksum, applied_at)"
	                  " VALUES ('%s', '%s', UTC_TIMESTAMP(3))",
	                  context, name, checksum);
}

static enum err
file_apply(struct migration_job *job, const char *context, const char *name)
{
	char path[4096], seen[CHECKSUM_TEXT], checksum[CHECKSUM_TEXT];
	CLEANUP(buf_done) struct buf content = BUF_INIT(SQL_MAX / 4);
	snprintf(path, sizeof(path), "%s/%s/%s", job->sql_dir, context, name);
	enum err err = migration_file_read(path, &content);
	if (err == OK)
		err = record_find(job, context, name, seen);
	if (err == OK)
		err = checksum_of(job, &content, checksum);
	if (err != OK)
		return err;
	if (seen[0] && strcmp(seen, checksum) != 0) {
		fprintf(stderr,
		        "hotel-migrate: %s was changed after it had been applied; put it back and "
		        "add a new file\n",
		        path);
		return ERR_VERSION_CONFLICT;
	}
	if (seen[0])
		return OK;
	change_report(job, "hotel_%s: apply %s\n", context, name);
	return job->pending_only ? OK : file_run(job, context, name, &content, checksum);
}

enum err
schema_apply(struct migration_job *job, const char *context)
{
	char dir[4096];
	struct dirent **files;
	enum err err = OK;
	snprintf(dir, sizeof(dir), "%s/%s", job->sql_dir, context);
	const int n = scandir(dir, &files, is_migration, alphasort);
	if (n < 0) {
		fprintf(stderr, "hotel-migrate: %s: %s\n", dir, strerror(errno));
		return ERR_SYSTEM_HERE();
	}
	if (!job->pending_only)
		err = server_run(job->server, record_table, context);
	for (int i = 0; i < n; i++) {
		if (err == OK)
			err = file_apply(job, context, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	return err;
}
