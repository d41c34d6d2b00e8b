/* SPDX-License-Identifier: MIT */
/*
 * listing - one page of a sorted list with the total number of rows, and keyset pages of
 * everything.
 *
 * Each sort is a pair of statements, next to each other in the store's table: ascending and
 * descending, for each value of the list's enum ..._sort. The count and the page take the same
 * arguments, except for the window, which comes last and which only the page takes.
 *
 * A page that is not full tells the number of rows by itself, so nothing is counted then.
 */
#ifndef ADAPTERS_MARIADB_LISTING_H
#define ADAPTERS_MARIADB_LISTING_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"
#include "app/stay_filter.h"
#include "domain/caller.h"

/* The arguments of "LIMIT ? OFFSET ?". */
struct window {
	uint32_t limit;
	uint64_t offset;
};

#define DB_WINDOW(args_type, member) \
	DB_FIELD(args_type, member.limit), DB_FIELD(args_type, member.offset)
#define DB_TAKES_ALL_BUT_WINDOW(fields) \
	.params = (fields), .n_params = sizeof(fields) / sizeof((fields)[0]) - 2

/* The arguments of DB_STAYS: a struct stay_filter in the member m. `book` is the column with the number
 * of the booking; the others are before.room_id and so on. */
#define DB_STAY_FILTER(args_type, m)                                                  \
	DB_FIELD(args_type, m.book_id), DB_FIELD(args_type, m.book_id),               \
		DB_FIELD(args_type, m.room_id), DB_FIELD(args_type, m.room_id),       \
		DB_FIELD(args_type, m.of_host), DB_FIELD(args_type, m.host_id),       \
		DB_FIELD(args_type, m.of_guest), DB_FIELD(args_type, m.guest_id),     \
		DB_FIELD(args_type, m.has_start), DB_FIELD(args_type, m.dates.start), \
		DB_FIELD(args_type, m.has_end), DB_FIELD(args_type, m.dates.end)
#define DB_STAYS(before, book)                                                                \
	" AND (? = 0 OR " book " = ?) AND (? = 0 OR " before "room_id = ?)"                   \
	" AND (? = FALSE OR " before "host_id = ?) AND (? = FALSE OR " before "guest_id = ?)" \
	" AND (? = FALSE OR " before "end_date > ?) AND (? = FALSE OR " before "start_date < ?)"

/* For the rows of one owner, after the name of their table: they are read along the owner's index, also in the order
 * of the primary key. Otherwise MariaDB may read that key backwards until it has met enough of the owner's rows,
 * which may be the oldest ones. */
#define DB_ALONG_OWNER      " IGNORE INDEX FOR ORDER BY (PRIMARY)"
#define DB_OF_OWNER(column) DB_ALONG_OWNER " WHERE " column " = ?"

struct window window_of(const struct paging *paging);

/* Rows that were read: an array of the struct that the statement gives. */
struct rows {
	void *items;
	size_t n;
};

/* For CLEANUP(): frees the array. */
void rows_done(struct rows *rows);

/* Shows each row to visit(arg, const row_type *). */
/* clang-format off */
#define ROWS_SHOW(rows, row_type, visit, arg)                              \
	do                                                                 \
		for (size_t i_ = 0; i_ < (rows)->n; i_++)                  \
			(visit)((arg), (const row_type *)(rows)->items + i_); \
	while (0)

/* The two statements of one sort, ascending and descending; key, which is unique, decides between
 * equals. page(condition, order) is the store's macro for one of them. */
#define DB_SORTED(first, sort, page, condition, column, key)         \
	[(first) + 2 * (sort)] = page(condition, column ", " key),   \
	[(first) + 2 * (sort) + 1] = page(condition, column " DESC, " key " DESC")
/* clang-format on */

/* Whether the only argument that matters is who owns the list. A filter that names the owner again narrows
 * nothing. */
bool list_is_whole(enum ownership ownership, uint64_t owner_id, const struct stay_filter *filter);

/* A page of a list. */
struct listing_query {
	const struct db_table *table;
	unsigned count;   /* statement: SELECT COUNT(*) */
	unsigned first;   /* statement: the page in the first sort, ascending */
	const void *args; /* of both statements; its window is window_of(paging) */
	const struct paging *paging;
	/* NULL: a filter narrows the list. Otherwise whose list it is: the only argument that matters. The number
	 * of its rows is kept if counting them takes long (totals.h). */
	const uint64_t *all_of;
	/* NULL, or the instant that the rows of the page show; it becomes earlier if the number of rows is that of
	 * an earlier one. */
	instant_t *as_of;
};

/* Reads a page, and the number of rows of all pages. Start with an empty struct rows, and free it
 * with rows_done() after any outcome; it is empty after an error. ERR_MEMORY. */
MUST_CHECK enum err listing_fetch(struct db *db, const struct listing_query *query,
                                  struct rows *ret_rows, uint64_t *ret_total);

/* Its two parts, in this order, in the body of a db_next() loop. */
MUST_CHECK enum err listing_fetch_page(struct db_conn *conn, const struct listing_query *query,
                                       struct rows *ret_rows);
MUST_CHECK enum err listing_fetch_total(struct db_conn *conn, const struct listing_query *query,
                                        const struct rows *rows, uint64_t *ret_total);

/* Reads the next page of everything, with a statement that takes page_fields. As above. */
MUST_CHECK enum err keyset_fetch(struct db *db, const struct db_table *table, unsigned statement,
                                 const struct keyset_page *page, struct rows *ret_rows);

/* The arguments of "... WHERE id > ? ORDER BY id LIMIT ?": a struct keyset_page. */
extern const struct db_field page_fields[2];

#endif
