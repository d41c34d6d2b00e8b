/* SPDX-License-Identifier: MIT */
/* listing - pages of sorted lists, and keyset pages. */
#include "adapters/mariadb/listing.h"

#include <stdlib.h>

struct window
window_of(const struct paging *paging)
{
	return (struct window){.limit = paging->size,
	                       .offset = (uint64_t)paging->page * paging->size};
}

const struct db_field page_fields[2] = {
	DB_FIELD(struct keyset_page, after),
	DB_FIELD(struct keyset_page, size),
};

void
rows_done(struct rows *rows)
{
	free(rows->items);
	*rows = (struct rows){0};
}

/* Reads at most max rows; an earlier try may have left some. */
static enum err
rows_read(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args,
          size_t max, struct rows *ret_rows)
{
	rows_done(ret_rows);
	ret_rows->items = calloc(max, table->statements[statement].row_size);
	if (!ret_rows->items)
		return ERR_MEMORY;
	return db_list(conn, table, statement, args, ret_rows->items, max, &ret_rows->n);
}

enum err
listing_fetch_on(struct db_conn *conn, const struct listing_query *query, struct rows *ret_rows,
                 uint64_t *ret_total)
{
	uint64_t total;
	rows_done(ret_rows);
	enum err err = db_find(conn, query->table, query->count, query->args, &total);
	if (err == OK && total > window_of(query->paging).offset)
		err = rows_read(conn, query->table,
		                query->first + 2 * query->paging->sort +
		                        (query->paging->descending ? 1 : 0),
		                query->args, query->paging->size, ret_rows);
	if (err == OK)
		*ret_total = total;
	return err;
}

enum err
listing_fetch(struct db *db, const struct listing_query *query, struct rows *ret_rows,
              uint64_t *ret_total)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = listing_fetch_on(try.conn, query, ret_rows, ret_total);
	return try.err;
}

enum err
keyset_fetch(struct db *db, const struct db_table *table, unsigned statement,
             const struct keyset_page *page, struct rows *ret_rows)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = rows_read(try.conn, table, statement, page, page->size, ret_rows);
	return try.err;
}
