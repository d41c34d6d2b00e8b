/*
 * listing - one page of a sorted list, and how many rows all pages have.
 *
 * The sorts are statements of their own, next to each other in the store's table: ascending and
 * descending, for each value of the list's enum ..._sort. Both statements of a listing take the
 * same arguments, but for the window, which only the rows need and which stands last.
 */
#ifndef ADAPTERS_MARIADB_LISTING_H
#define ADAPTERS_MARIADB_LISTING_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

/* The part of the rows that is read: the arguments of "LIMIT ? OFFSET ?". */
struct window {
	uint32_t limit;
	uint64_t offset;
};

#define DB_WINDOW(args_type, member) \
	DB_FIELD(args_type, member.limit), DB_FIELD(args_type, member.offset)
#define DB_TAKES_ALL_BUT_WINDOW(fields) \
	.params = (fields), .n_params = sizeof(fields) / sizeof((fields)[0]) - 2

struct window window_of(const struct paging *paging);

/* Which statement has the sort, where `first` is that of the first sort, ascending. */
unsigned listing_sorted(unsigned first, const struct paging *paging);

struct listing {
	const struct db_table *table;
	unsigned count, rows; /* statements: SELECT COUNT(*), and the page */
	const void *args;
	struct window window;
	uint64_t total;
	size_t n;
	void *page; /* n rows, as the statement gives them; free() it whatever the outcome */
};

/*
 * Part of a look: reads total and page. The rows are not shown to anybody yet: a look may be tried
 * again. ERR_MEMORY.
 */
MUST_CHECK enum err listing_read(struct db_conn *conn, struct listing *listing);

/* The arguments of "... WHERE id > ? ORDER BY id LIMIT ?": a struct keyset_page. */
extern const struct db_field page_fields[2];

/* Reads what a statement with these arguments gives: an array of *ret_n rows, to be given back with
 * free() whatever the outcome. ERR_MEMORY. */
MUST_CHECK enum err page_read(struct db *db, const struct db_table *table, unsigned statement,
                              const struct keyset_page *page, void **ret_rows, size_t *ret_n);

#endif
