/* SPDX-License-Identifier: MIT */
/* book_purge - forgets the nights of stays that ended long ago. */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_sql.h"

#define STAYS_MAX 256

enum err
book_store_nights_purge(void *self, day_t before, size_t max, size_t *ret_n)
{
	const struct nights_old old = {.before = before,
	                               .max = max < STAYS_MAX ? (uint32_t)max : STAYS_MAX};
	uint64_t books[STAYS_MAX];
	size_t n = 0;
	struct db_try try = db_begin(book_db(self), DB_WRITE);
	/* Stay by stay, so that a booking has all of its nights or none. */
	while (db_next(&try)) {
		try.err =
			db_list(try.conn, &book_table, SQL_NIGHTS_OLD, &old, books, STAYS_MAX, &n);
		for (size_t i = 0; try.err == OK && i < n; i++)
			try.err =
				db_run(try.conn, &book_table, SQL_NIGHTS_RELEASE, &books[i], NULL);
	}
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}
