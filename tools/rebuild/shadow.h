/* SPDX-License-Identifier: MIT */
/*
 * shadow - shadow tables of mypage's view: a rebuild fills them, compares them with the view and
 * swaps them in.
 *
 * After shadow_begin() every merge into the view also goes into the shadow, in the same
 * transaction: once a row is in the shadow it stays current. A rebuild may end anywhere; the next
 * one begins by emptying the shadow.
 *
 * The pool is that of a user who may change the schema: tables are emptied and swapped here.
 * Outcomes beside those named are those of db.h.
 */
#ifndef TOOLS_REBUILD_SHADOW_H
#define TOOLS_REBUILD_SHADOW_H

#include "adapters/http/client.h"
#include "adapters/mariadb/db.h"

#define SHADOW_EXAMPLES  10
#define SHADOW_ITEMS_MAX 100000000 /* of one owner: a snapshot with more is one without an end */

/* The shadow compared with the view: rows of bookings and names of rooms. */
struct shadow_difference {
	uint64_t rows;                      /* in the view */
	uint64_t behind;                    /* missing in the shadow, or older there */
	uint64_t ahead;                     /* missing in the view, or older there */
	uint64_t different;                 /* the same versions with different content */
	uint64_t examples[SHADOW_EXAMPLES]; /* bookings of rows that are behind or different */
	size_t n_examples;
};

/* Empties the shadow and starts the double writes. */
MUST_CHECK enum err shadow_begin(struct db *db);

/* Stops the double writes; the view stays what it is. */
MUST_CHECK enum err shadow_abandon(struct db *db);

/* Called now and then with the number of items merged so far. */
typedef void shadow_progress(uint64_t n);

/* The context that did not respond, or, with why, not correctly. */
struct shadow_refusal {
	const char *context, *why; /* why NULL: it did not respond */
};

/* Fills the shadow: asks room, book and pay for the current version of all they have published, and
 * merges it. Later versions arrive by the double writes. The stream `history` has nothing to add: an
 * event that its owner does not know did not happen. ret_items: how many there were. ERR_NOT_SENT:
 * ret_refusal says who did not answer, or not correctly. */
MUST_CHECK enum err shadow_fill(struct db *db, struct http_client *client,
                                shadow_progress *progress, uint64_t *ret_items,
                                struct shadow_refusal *ret_refusal);

/* Compares row by row while the view is in use: each row is compared at one moment, and rows that
 * are equal stay equal, because both get every merge. */
MUST_CHECK enum err shadow_compare(struct db *db, struct shadow_difference *ret_difference);

/* Swaps view and shadow in one statement and stops the double writes. ERR_UNKNOWN: the connection
 * was lost, and it cannot be found out whether they were swapped. After any other error they were
 * not. */
MUST_CHECK enum err shadow_swap(struct db *db);

/* Empties the old view after a swap. If it fails, the next rebuild does it. */
MUST_CHECK enum err shadow_clean(struct db *db);

#endif
