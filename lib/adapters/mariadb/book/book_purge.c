/* book_purge - forgets the nights of stays that ended long ago. */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_sql.h"

#define STAYS_MAX 256

/* Stay by stay, so that a booking has all of its nights or none. */
static enum err
nights_forget(struct db_conn *conn, const struct nights_old *old, size_t *ret_n)
{
	uint64_t books[STAYS_MAX];
	size_t n = 0;
	enum err err = db_list(conn, &book_table, SQL_NIGHTS_OLD, old, books, STAYS_MAX, &n);
	for (size_t i = 0; err == OK && i < n; i++)
		err = db_run(conn, &book_table, SQL_NIGHTS_FREE, &books[i], NULL);
	*ret_n = n;
	return err;
}

enum err
book_store_nights_purge(void *self, day_t before, size_t max, size_t *ret_n)
{
	const struct nights_old old = {.before = before,
	                               .max = max < STAYS_MAX ? (uint32_t)max : STAYS_MAX};
	size_t n = 0;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = nights_forget(try.conn, &old, &n);
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}
