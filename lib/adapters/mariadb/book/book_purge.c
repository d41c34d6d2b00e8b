/* book_purge - nights of stays that are long over are forgotten. */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_sql.h"

#define STAYS_MAX 256

struct purge {
	struct nights_old old;
	uint64_t books[STAYS_MAX];
	size_t n;
};

/* Stay by stay, so that a book has all of its nights or none. */
static enum err
purge_work(struct db_conn *conn, void *arg)
{
	struct purge *purge = arg;
	enum err err = db_list(conn, &book_table, SQL_NIGHTS_OLD, &purge->old, purge->books,
	                       STAYS_MAX, &purge->n);
	for (size_t i = 0; err == OK && i < purge->n; i++)
		err = db_run(conn, &book_table, SQL_NIGHTS_FREE, &purge->books[i], NULL);
	return err;
}

enum err
book_store_nights_purge(void *self, day_t before, size_t max, size_t *ret_n)
{
	struct purge purge = {
		.old = {.before = before, .max = max < STAYS_MAX ? (uint32_t)max : STAYS_MAX}};
	enum err err = db_transact(self, purge_work, &purge);
	if (err == OK)
		*ret_n = purge.n;
	return err;
}
