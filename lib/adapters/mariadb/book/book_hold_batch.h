/* SPDX-License-Identifier: MIT */
/*
 * book_hold_batch - holds that are made together, and what has to be known of them. For book_hold_many.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_HOLD_BATCH_H
#define ADAPTERS_MARIADB_BOOK_BOOK_HOLD_BATCH_H

#include "adapters/mariadb/book/book_hold.h"
#include "adapters/mariadb/merge.h"

struct holding {
	const struct book_hold *hold;
	struct hold_result *result;
	struct book_row row; /* of this try; before it, of the one whose COMMIT may have got lost */
	struct offer_row offer;
	struct hold_counts counts;    /* before the batch */
	uint64_t unpaid;              /* of all, if that is limited */
	enum contact_mailing mailing; /* as far as it was counted */
	enum err err;
	bool has_offer; /* its room is there, and locked by us */
	bool decided;   /* err and result say how it ended, without a new booking */
	bool goes;      /* this try makes a booking of it */
	bool alone;     /* it was not decided together with others */
};

struct hold_batch {
	struct db_conn *conn;
	struct holding *all[MERGE_MAX]; /* in the order in which they came */
	size_t n;
	bool waits; /* for a room that somebody else has locked: it is a batch of one */
};

/* It ended so, without a new booking. */
static inline void
hold_decided(struct holding *holding, enum err err)
{
	holding->err = err;
	holding->decided = true;
}

/*
 * Locks the offers of the rooms, in the order of their ids. Unless it waits, whoever's room is not there, or is
 * locked by somebody else, leaves the batch and is to be made alone. ERR_NOT_FOUND: it waits, and the room is not
 * there.
 */
MUST_CHECK enum err hold_batch_lock(struct hold_batch *batch);

/*
 * Reads what may refuse holds, for all of them at once, into their results and counts; who is counted is locked
 * until the end. Decided are those whose booking is there already.
 */
MUST_CHECK enum err hold_batch_read(struct hold_batch *batch);

#endif
