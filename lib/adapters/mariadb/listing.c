/* SPDX-License-Identifier: MIT */
/* listing - pages of sorted lists, and keyset pages. */
#include "adapters/mariadb/listing.h"

#include "adapters/mariadb/connection.h"
#include "adapters/mariadb/totals.h"
#include "base/clock.h"

#include <stdlib.h>

struct window
window_of(const struct paging *paging)
{
	return (struct window){.limit = paging->size,
	                       .offset = (uint64_t)paging->page * paging->size};
}

bool
list_is_whole(enum ownership ownership, uint64_t owner_id, const struct stay_filter *filter)
{
	struct stay_filter rest = *filter;
	if (ownership == OWNED_BY_GUEST && rest.guest_id == owner_id)
		rest.of_guest = false;
	if (ownership == OWNED_BY_HOST && rest.host_id == owner_id)
		rest.of_host = false;
	return stay_filter_takes_all(&rest) &&
	       (ownership == OWNED_BY_GUEST || ownership == OWNED_BY_HOST ||
	        ownership == OWNED_BY_ANYBODY);
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
listing_fetch_page(struct db_conn *conn, const struct listing_query *query, struct rows *ret_rows)
{
	const struct paging *paging = query->paging;
	return rows_read(conn, query->table,
	                 query->first + 2 * paging->sort + (paging->descending ? 1 : 0),
	                 query->args, paging->size, ret_rows);
}

/* Counts the rows, or takes the number from before. */
static enum err
total_find(struct db_conn *conn, const struct listing_query *query, uint64_t *ret_total)
{
	if (!query->all_of)
		return db_find(conn, query->table, query->count, query->args, ret_total);
	const struct total_key key = {
		.table = query->table, .statement = query->count, .owner_id = *query->all_of};
	const int64_t began_ms = monotonic_ms();
	struct total total = {.as_of = query->as_of ? *query->as_of : 0};
	if (!totals_find(conn->totals, &key, began_ms, &total)) {
		enum err err = db_find(conn, query->table, query->count, query->args, &total.rows);
		if (err != OK)
			return err;
		totals_keep(conn->totals, &key, &total, began_ms, monotonic_ms());
	}
	if (query->as_of && total.as_of < *query->as_of)
		*query->as_of = total.as_of;
	*ret_total = total.rows;
	return OK;
}

enum err
listing_fetch_total(struct db_conn *conn, const struct listing_query *query,
                    const struct rows *rows, uint64_t *ret_total)
{
	const uint64_t offset = window_of(query->paging).offset, seen = offset + rows->n;
	uint64_t total = seen;
	enum err err = OK;
	if (rows->n == query->paging->size || (!rows->n && offset))
		err = total_find(conn, query, &total);
	if (err == OK)
		*ret_total = rows->n && total < seen ? seen : total;
	return err;
}

enum err
listing_fetch(struct db *db, const struct listing_query *query, struct rows *ret_rows,
              uint64_t *ret_total)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		try.err = listing_fetch_page(try.conn, query, ret_rows);
		if (try.err == OK)
			try.err = listing_fetch_total(try.conn, query, ret_rows, ret_total);
	}
	if (try.err != OK)
		rows_done(ret_rows);
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
