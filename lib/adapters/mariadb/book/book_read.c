/* SPDX-License-Identifier: MIT */
/* book_read - reads bookings. */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_sql.h"
#include "base/mem.h"

#define STEPS_MAX 8 /* of one booking; the longest life has five */

enum err
book_store_find(void *self, uint64_t id, const struct caller *caller, struct book *ret_book)
{
	struct book book = {0};
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &book_table, SQL_BOOK_FIND, &id, &book);
	if (try.err == OK && caller && !book_belongs_to(&book, caller))
		return ERR_NOT_FOUND;
	if (try.err == OK)
		*ret_book = book;
	return try.err;
}

enum err
book_store_list(void *self, const struct book_list *list,
                void (*visit)(void *arg, const struct book *book), void *arg, uint64_t *ret_total)
{
	const enum ownership ownership = caller_ownership(&list->caller, list->filter.book_id);
	const bool any_status = list->status == BOOK_STATUS_MAX;
	const struct book_list_args args = {
		.owner_id = caller_owner_id(&list->caller, ownership),
		.key_book_id = list->caller.key_book_id,
		.key_version = list->caller.key_version,
		.filter = list->filter,
		.of_any_status = any_status,
		.status = any_status ? BOOK_REQUESTED : list->status,
		.window = window_of(&list->paging),
	};
	const struct listing_query query = {
		.table = &book_table,
		.count = SQL_COUNT + ownership,
		.first = SQL_LIST + 2 * BOOK_SORT_MAX * ownership,
		.args = &args,
		.paging = &list->paging,
		.all_of = any_status && list_is_whole(ownership, args.owner_id, &list->filter)
	                          ? &args.owner_id
	                          : NULL,
	};
	CLEANUP(rows_done) struct rows rows = {0};
	enum err err = listing_fetch(book_db(self), &query, &rows, ret_total);
	ROWS_SHOW(&rows, struct book, visit, arg);
	return err;
}

enum err
book_store_snapshot(void *self, const struct keyset_page *page,
                    void (*visit)(void *arg, const struct book *book), void *arg)
{
	CLEANUP(rows_done) struct rows rows = {0};
	enum err err = keyset_fetch(book_db(self), &book_table, SQL_BOOK_SNAPSHOT, page, &rows);
	ROWS_SHOW(&rows, struct book, visit, arg);
	return err;
}

enum err
book_store_timeline(void *self, uint64_t id, void (*visit)(void *arg, const struct book_step *step),
                    void *arg)
{
	struct book_step steps[STEPS_MAX];
	size_t n = 0;
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &book_table, SQL_STEPS, &id, steps, STEPS_MAX, &n);
	for (size_t i = 0; try.err == OK && i < n; i++)
		visit(arg, &steps[i]);
	return try.err;
}

enum err
book_store_pending(void *self, uint64_t *ret_pending)
{
	uint64_t pending = 0;
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &book_table, SQL_PENDING, NULL, &pending);
	if (try.err == OK)
		*ret_pending = pending;
	return try.err;
}
