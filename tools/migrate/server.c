/* SPDX-License-Identifier: MIT */
/* server - talks to MariaDB for hotel-migrate. */
#include "tools/migrate/migrate.h"

#include "base/mem.h"
#include "tools/common/file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 0))) static enum err
sql_make(struct buf *sql, const char *format, va_list args)
{
	char *text = NULL;
	int n = vasprintf(&text, format, args);
	if (n < 0)
		return ERR_MEMORY;
	enum err err = buf_add(sql, text, (size_t)n);
	free(text);
	return err;
}

static enum err
server_failed(MYSQL *server)
{
	fprintf(stderr, "hotel-migrate: MariaDB: %s (%u)\n", mysql_error(server),
	        mysql_errno(server));
	return ERR_UNAVAILABLE;
}

enum err
server_run(MYSQL *server, const char *format, ...)
{
	CLEANUP(buf_done) struct buf sql = BUF_INIT(SQL_MAX);
	va_list args;
	va_start(args, format);
	enum err err = sql_make(&sql, format, args);
	va_end(args);
	if (err != OK)
		return err;
	if (mysql_real_query(server, sql.data, sql.len))
		return server_failed(server);
	/* Every statement of the text has to succeed; their results are ignored. */
	int more = 0;
	while (more == 0) {
		MYSQL_RES *result = mysql_store_result(server);
		mysql_free_result(result);
		more = mysql_next_result(server);
	}
	return more > 0 ? server_failed(server) : OK;
}

enum err
server_ask(MYSQL *server, char *ret_text, size_t size, const char *format, ...)
{
	CLEANUP(buf_done) struct buf sql = BUF_INIT(SQL_MAX);
	va_list args;
	va_start(args, format);
	enum err err = sql_make(&sql, format, args);
	va_end(args);
	if (err != OK)
		return err;
	if (mysql_real_query(server, sql.data, sql.len))
		return server_failed(server);
	MYSQL_RES *result = mysql_store_result(server);
	if (!result)
		return server_failed(server);
	MYSQL_ROW row = mysql_fetch_row(result);
	err = text_copy(ret_text, size, row && row[0] ? row[0] : "");
	mysql_free_result(result);
	return err;
}

enum err
server_quote(MYSQL *server, struct buf *sql, const char *text, size_t n)
{
	CLEANUP(free_p) char *escaped = malloc(2 * n + 1);
	if (!escaped)
		return ERR_MEMORY;
	const unsigned long length = mysql_real_escape_string(server, escaped, text, n);
	enum err err = buf_add(sql, "'", 1);
	if (err == OK)
		err = buf_add(sql, escaped, length);
	return err == OK ? buf_add(sql, "'", 1) : err;
}

enum err
migration_file_read(const char *path, struct buf *ret_content)
{
	enum err err = file_read(path, ret_content);
	if (err != OK)
		fprintf(stderr, "hotel-migrate: %s: %s\n", path,
		        err == ERR_SYSTEM ? strerror(errno) : err_name(err));
	return err;
}

void
change_report(struct migration_job *job, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fflush(stdout);
	job->done++;
}
