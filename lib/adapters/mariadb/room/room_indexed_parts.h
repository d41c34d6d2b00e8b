/* SPDX-License-Identifier: MIT */
/* room_indexed_parts - what the files of room_indexed share. Inside them only. */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_INDEXED_PARTS_H
#define ADAPTERS_MARIADB_ROOM_ROOM_INDEXED_PARTS_H

#include "adapters/mariadb/room/room_change.h"
#include "adapters/mariadb/room/room_collation.h"
#include "adapters/mariadb/room/room_indexed.h"
#include "domain/room/room_index.h"

#include <pthread.h>

#define CHANGES_MAX      1024  /* rooms of one read of the log */
#define ROOM_WEIGHTS_MAX 65536 /* bytes of a text's weights */

struct room_indexed {
	struct db *db, *follow_db; /* of searches; used by whoever holds `following` */
	struct room_store store;   /* MariaDB's */
	struct room_collation *collation;
	size_t bytes_max;
	int64_t stale_ms;

	/* Held by whoever reads the tables for the index: so what is read later is newer. */
	pthread_mutex_t following;
	struct room_change_reader reader;
	uint64_t changed[CHANGES_MAX]; /* the rooms of the last read of the log */
	size_t n_changed;
	uint64_t compared_to; /* the comparison has come to this room; 0: none is under way */
	int64_t compare_next_ms, compare_begun_ms, fill_next_ms;
	struct buf name_weights, city_weights, folded;

	/* Guards the content of the index. Writers go first, or they would never get it. Who holds `following` reads
	 * without it: nobody else writes. */
	pthread_rwlock_t lock;
	struct room_index *index; /* NULL: it is not complete */

	atomic_uint_fast64_t own_changes, *changes; /* counted when rooms change */
	atomic_uint_fast64_t changes_seen;          /* those that the index has */
	atomic_int_fast64_t read_ms;     /* when the log was read last; 0: no complete index */
	atomic_int_fast64_t searched_ms; /* when the last search came; 0: none has */
	atomic_bool idle;                /* no thread reads the log every ROOM_INDEXED_POLL_MS */
	atomic_uint_fast64_t by_index, by_database, differences;

	pthread_t thread;
	bool has_thread, stopping;
	pthread_mutex_t waking;
	pthread_cond_t wake;
};

/* Each is called with `following` held. */
MUST_CHECK enum err room_follow_fill(struct room_indexed *indexed);
MUST_CHECK enum err room_follow_changes(struct room_indexed *indexed);
/* ret_done: it was the last chunk. */
MUST_CHECK enum err room_follow_compare(struct room_indexed *indexed, bool *ret_done);
/* The index is not complete any more: it will be filled anew. */
void room_follow_drop(struct room_indexed *indexed);

/* A search as the index takes it. The query points to the texts. */
struct room_prepared {
	struct room_index_query query;
	struct buf city[2], text[2];
};
#define ROOM_PREPARED_INIT                                                        \
	{                                                                         \
		.city = {BUF_INIT(ROOM_WEIGHTS_MAX), BUF_INIT(ROOM_WEIGHTS_MAX)}, \
		.text = {BUF_INIT(ROOM_WEIGHTS_MAX), BUF_INIT(ROOM_WEIGHTS_MAX)}, \
	}
void room_prepared_done(struct room_prepared *prepared);

/* Asks MariaDB only for characters that are new. As the statement's outcomes; ERR_MEMORY, ERR_TOO_LARGE. */
MUST_CHECK enum err room_prepare(struct room_indexed *indexed, const struct room_search *search,
                                 struct room_prepared *ret_prepared);

#endif
