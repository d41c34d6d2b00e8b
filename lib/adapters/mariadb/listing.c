/* listing - one page of a sorted list, and how many rows all pages have. */
#include "adapters/mariadb/listing.h"

#include <stdlib.h>

struct window
window_of(const struct paging *paging)
{
	return (struct window){.limit = paging->size,
	                       .offset = (uint64_t)paging->page * paging->size};
}

unsigned
listing_sorted(unsigned first, const struct paging *paging)
{
	return first + 2 * paging->sort + (paging->descending ? 1 : 0);
}

enum err
listing_read(struct db_conn *conn, struct listing *listing)
{
	const struct db_table *table = listing->table;
	listing->n = 0;
	enum err err = db_find(conn, table, listing->count, listing->args, &listing->total);
	if (err != OK || listing->total <= listing->window.offset)
		return err;
	free(listing->page);
	listing->page = calloc(listing->window.limit, table->statements[listing->rows].row_size);
	if (!listing->page)
		return ERR_MEMORY;
	return db_list(conn, table, listing->rows, listing->args, listing->page,
	               listing->window.limit, &listing->n);
}
