/* SPDX-License-Identifier: MIT */
/* book_due - the bookings that the settler has to act on. */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_sql.h"
#include "base/mem.h"

#include <string.h>

#define DUE_ROWS 64 /* that are read at a time */

/* What has ended comes first, then what may be attempted again. */
static const struct {
	enum due_kind kind;
	enum book_sql statement;
} due_kinds[] = {
	{DUE_EXPIRED, SQL_DUE_EXPIRED},
	{DUE_STALE, SQL_DUE_STALE},
	{DUE_CLOSED, SQL_DUE_CLOSED},
	{DUE_RETRY, SQL_DUE_RETRY},
};

static uint32_t
due_limit(const struct due_query *query, enum due_kind kind, size_t n)
{
	size_t limit = query->max - n;
	if (kind == DUE_RETRY && limit > query->max_retries)
		limit = query->max_retries;
	return limit < DUE_ROWS ? (uint32_t)limit : DUE_ROWS;
}

/* Appends the bookings of one kind; a retry is claimed by counting it as an attempt. */
static enum err
due_find(struct db_conn *conn, const struct due_query *query, size_t kind_index,
         struct due_book due[], size_t *n)
{
	const enum due_kind kind = due_kinds[kind_index].kind;
	const bool retry = kind == DUE_RETRY;
	if (query->only_retries && !retry)
		return OK;
	const struct due_args args = {.age_ms = retry ? query->retry_ms : query->stale_ms,
	                              .limit = due_limit(query, kind, *n),
	                              .today = query->today};
	struct book_row rows[DUE_ROWS];
	size_t found = 0;
	if (!args.limit)
		return OK;
	enum err err = db_list(conn, &book_table, due_kinds[kind_index].statement, &args, rows,
	                       DUE_ROWS, &found);
	for (size_t i = 0; err == OK && i < found; i++) {
		due[*n].kind = kind;
		due[*n].book = rows[i].book;
		memcpy(due[*n].token, rows[i].token, TOKEN_SIZE);
		due[*n].attempts = rows[i].attempts;
		(*n)++;
		if (retry)
			err = db_change_locked(conn, &book_table, SQL_ATTEMPT_ADD, &rows[i]);
	}
	return err;
}

enum err
book_store_due(void *self, const struct due_query *query, struct due_book ret_due[], size_t *ret_n)
{
	size_t n = 0;
	struct db_try try = db_begin(book_db(self), DB_WRITE);
	while (db_next(&try)) {
		n = 0;
		for (size_t i = 0; try.err == OK && i < ARRAY_SIZE(due_kinds); i++)
			try.err = due_find(try.conn, query, i, ret_due, &n);
	}
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}
