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

/* Rows that were read: an array of the struct that the statement gives. */
struct rows {
	void *items;
	size_t n;
};

/* For CLEANUP(): frees the array. */
void rows_done(struct rows *rows);

/* Shows each row to visit(arg, const row_type *). */
#define ROWS_SHOW(rows, row_type, visit, arg)     \
	for (size_t i_ = 0; i_ < (rows)->n; i_++) \
	(visit)((arg), (const row_type *)(rows)->items + i_)

/* The two statements of one sort, ascending and descending; key, which is unique, decides between
 * equals. page(condition, order) is the store's macro for one of them. */
#define DB_SORTED(first, sort, page, condition, column, key)       \
	[(first) + 2 * (sort)] = page(condition, column ", " key), \
		       [(first) + 2 * (sort) + 1] = page(condition, column " DESC, " key " DESC")

/* Which page of which list. */
struct listing_query {
	const struct db_table *table;
	unsigned count;   /* statement: SELECT COUNT(*) */
	unsigned first;   /* statement: the page in the first sort, ascending */
	const void *args; /* of both statements; its window is window_of(paging) */
	const struct paging *paging;
};

/* Reads a page and how many rows all pages have. Give it struct rows that are empty; free them with
 * rows_done(), whatever the outcome. They are empty on errors. ERR_MEMORY. */
MUST_CHECK enum err listing_fetch(struct db *db, const struct listing_query *query,
                                  struct rows *ret_rows, uint64_t *ret_total);

/* The same as part of other reads: the body of a db_next() loop. */
MUST_CHECK enum err listing_fetch_on(struct db_conn *conn, const struct listing_query *query,
                                     struct rows *ret_rows, uint64_t *ret_total);

/* Reads the next page of everything, by a statement that takes page_fields. As above. */
MUST_CHECK enum err keyset_fetch(struct db *db, const struct db_table *table, unsigned statement,
                                 const struct keyset_page *page, struct rows *ret_rows);

/* The arguments of "... WHERE id > ? ORDER BY id LIMIT ?": a struct keyset_page. */
extern const struct db_field page_fields[2];

/* Reads what a statement with these arguments gives: an array of *ret_n rows, to be given back with
 * free() whatever the outcome. ERR_MEMORY. */
MUST_CHECK enum err page_read(struct db *db, const struct db_table *table, unsigned statement,
                              const struct keyset_page *page, void **ret_rows, size_t *ret_n);

#endif
