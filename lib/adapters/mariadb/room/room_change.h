/* SPDX-License-Identifier: MIT */
/*
 * room_change - the log of rooms that changed, or whose taken nights did: written in the transaction of the change,
 * read by those who keep rooms in memory.
 *
 * Numbers are given before their transactions commit, so that a lower one may become readable after a higher one. A
 * reader therefore remembers each number that it has not seen below the highest, and looks for it again
 * until no transaction can be so old.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_CHANGE_H
#define ADAPTERS_MARIADB_ROOM_ROOM_CHANGE_H

#include "adapters/mariadb/db.h"

extern const struct db_table room_change_table;

#define ROOM_CHANGE_GAPS_MAX 4096   /* numbers that are looked for at a time */
#define ROOM_CHANGE_LATE_MS  60000  /* no transaction is older: see connection.h */
#define ROOM_CHANGE_KEEP_MS  600000 /* older entries may be purged: every reader has seen them */

/* Notes changes of n rooms. */
MUST_CHECK enum err room_change_add(struct db_conn *conn, const uint64_t room_ids[], size_t n);

/* Deletes up to max entries older than ROOM_CHANGE_KEEP_MS. self is the struct db. */
MUST_CHECK enum err room_change_purge(void *self, size_t max, size_t *ret_n);

/* A number that has not been seen, though a higher one has. */
struct room_change_gap {
	uint64_t id;
	int64_t until_ms, next_ms; /* by the monotonic clock */
	uint32_t pause_ms;
	bool found;
};

/* How far somebody has read. Zeroed: not at all. */
struct room_change_reader {
	uint64_t seen;  /* the highest number */
	uint64_t ahead; /* the same of what was read last, until it is accepted */
	struct room_change_gap gaps[ROOM_CHANGE_GAPS_MAX];
	size_t n_gaps, n_ahead;                /* gaps; with those of what was read last */
	uint64_t wanted[ROOM_CHANGE_GAPS_MAX]; /* for the list of those that are looked for */
};

/* Begins where everything that is committed from now on will be read, and some of what was before. */
MUST_CHECK enum err room_change_begin(struct db *db, struct room_change_reader *reader);

/*
 * Reads what is new: up to max rooms, each once, ascending. ret_more: there is more. all_gaps: somebody knows of a
 * change, so all missing numbers are looked for, and not only those whose pause is over. Nothing counts as read until
 * room_change_accept(); without it the same is read again. ERR_TOO_LARGE: too many numbers are missing, so begin anew.
 */
MUST_CHECK enum err room_change_read(struct db *db, struct room_change_reader *reader,
                                     bool all_gaps, uint64_t room_ids[], size_t max, size_t *ret_n,
                                     bool *ret_more);
void room_change_accept(struct room_change_reader *reader);

/* Whether the log has been replaced by another one: its highest number is lower than what was read. */
MUST_CHECK enum err room_change_is_other(struct db *db, const struct room_change_reader *reader,
                                         bool *ret_other);

#endif
