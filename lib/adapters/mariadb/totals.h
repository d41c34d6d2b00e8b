/* SPDX-License-Identifier: MIT */
/*
 * totals - how many rows a long list has, kept so that its pages do not count them all each time.
 *
 * Only a large number is kept, and for a time in proportion to that of counting it, so that counting one list
 * costs at most a part of a process's time and the numbers of short lists are always exact, on a busy machine too.
 * One thread counts at a time; until it has, the others get the number from before, which is never older than
 * twice TOTAL_KEPT_MAX. Thread-safe. Inside this folder only.
 */
#ifndef ADAPTERS_MARIADB_TOTALS_H
#define ADAPTERS_MARIADB_TOTALS_H

#include "adapters/mariadb/db.h"

#include <pthread.h>

#define TOTALS_MAX      64    /* lists; the number that is out of date first makes place */
#define TOTAL_ROWS_MIN  5000  /* a smaller number is not kept */
#define TOTAL_KEPT_FOR  20    /* times as long as counting took */
#define TOTAL_KEPT_MAX  10000 /* ms that it is kept at most; twice that while one counts */
#define TOTAL_COUNT_MAX 5000  /* ms until another thread counts as well; DB_STATEMENT_S */

/* Whose list it is: the statement that counts it, and its argument. */
struct total_key {
	const struct db_table *table;
	unsigned statement;
	uint64_t owner_id;
};

struct total {
	uint64_t rows;
	instant_t as_of; /* what its list said of its age; 0: nothing */
};

struct totals {
	pthread_mutex_t *mutex; /* guards the rest; the pool's */
	struct kept_total {
		struct total_key key; /* table NULL: a free place */
		struct total total;
		int64_t until_ms;    /* monotonic; then it is counted again */
		int64_t counting_ms; /* until then a thread is counting it */
	} kept[TOTALS_MAX];
};

/* Whether there is a number to be used. If not, count it and call totals_keep(). */
MUST_CHECK bool totals_find(struct totals *totals, const struct total_key *key, int64_t now_ms,
                            struct total *ret_total);

/* Takes a number that was counted from began_ms to now_ms. */
void totals_keep(struct totals *totals, const struct total_key *key, const struct total *total,
                 int64_t began_ms, int64_t now_ms);

#endif
