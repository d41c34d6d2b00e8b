/* SPDX-License-Identifier: MIT */
/*
 * room_indexed - the room store on MariaDB with an index in memory in front of its search.
 *
 * A thread fills the index from the tables, then follows the log of changes (room_change.h) every ROOM_INDEXED_POLL_MS,
 * and compares the index with the tables, some rooms at a time. While nobody searches it follows more rarely, and the
 * first searches follow themselves what is older. A search is answered from the index if that is
 * complete, fresh, and has all that is asked for; otherwise from MariaDB, which is the truth, with the same result.
 * Whoever registers, changes or deletes a room here finds it so in the next search, in every process that has the same
 * `changes`.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_INDEXED_H
#define ADAPTERS_MARIADB_ROOM_ROOM_INDEXED_H

#include "adapters/mariadb/db.h"
#include "app/metrics.h"
#include "app/ports.h"

#include <stdatomic.h>

#define ROOM_INDEXED_POLL_MS     50  /* between two reads of the log */
#define ROOM_INDEXED_IDLE_MS     500 /* the same after ROOM_INDEXED_SEARCHED_MS without a search */
#define ROOM_INDEXED_SEARCHED_MS 1000
#define ROOM_INDEXED_STALE_MS    1000 /* an index that has not read it for longer answers nothing */
#define ROOM_INDEXED_COMPARE_MS  60000       /* between two comparisons with the tables */
#define ROOM_INDEXED_CHUNK       500u        /* rooms that are read or compared at a time */
#define ROOM_INDEXED_CHUNK_MS    250         /* between two of them while comparing */
#define ROOM_INDEXED_BYTES_MAX   1073741824u /* of memory; with more rooms MariaDB answers */

extern const struct db_table room_follow_table;

struct room_indexed;

struct room_indexed_options {
	struct db *db; /* the store's, and of searches */
	/* What reads for the index, one statement at a time: it waits for no search, and none for it. */
	struct db *follow_db;
	/* Counts changes of rooms; NULL: a counter of its own. It outlives the store. */
	atomic_uint_fast64_t *changes;
	size_t bytes_max; /* ROOM_INDEXED_BYTES_MAX */
	int64_t stale_ms; /* ROOM_INDEXED_STALE_MS */
};

/* A store whose index is empty. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err room_indexed_open(const struct room_indexed_options *options,
                                      struct room_indexed **ret_indexed);

/* Starts the thread. ERR_SYSTEM. */
MUST_CHECK enum err room_indexed_start(struct room_indexed *indexed);

/* Ends the thread and frees the index. No search may be under way. Takes NULL. */
void room_indexed_close(struct room_indexed *indexed);

/* The port. */
struct room_store room_indexed_store(struct room_indexed *indexed);

/* One round of the thread: fills the index, or follows the log and compares what is due. As the statements' outcomes;
 * ERR_TOO_LARGE: too many rooms, or too many numbers of the log are missing. A fill that ended so is not repeated for
 * ROOM_INDEXED_COMPARE_MS; a round meanwhile is ERR_UNAVAILABLE. */
MUST_CHECK enum err room_indexed_round(struct room_indexed *indexed);

/* How long the thread waits after a round with this outcome. */
int64_t room_indexed_pause_ms(const struct room_indexed *indexed, enum err err);

/* Compares all rooms with the tables now, and repairs the index. For tests. */
MUST_CHECK enum err room_indexed_compare(struct room_indexed *indexed);

struct room_indexed_stats {
	uint64_t rooms, bytes;
	int64_t age_ms; /* since the log was read last; 0: the index is not complete */
	uint64_t by_index, by_database; /* searches */
	uint64_t differences; /* rooms that a comparison found different from the tables */
	bool complete;
};
void room_indexed_stats(struct room_indexed *indexed, struct room_indexed_stats *ret_stats);

void room_indexed_metrics(struct room_indexed *indexed, struct metrics *to);

#endif
