/*
 * copy - the copy of mypage's view that a rebuild fills, compares and puts in the view's place.
 *
 * From copy_begin() on whatever is merged into the view is merged into the copy in the same
 * transaction, so that what the copy once has it never falls behind on. A rebuild that ends
 * anywhere leaves a copy that the next one empties.
 *
 * The pool is that of a user who may change the schema: tables are emptied and exchanged here.
 * Outcomes beside those named are those of db.h.
 */
#ifndef TOOLS_REBUILD_COPY_H
#define TOOLS_REBUILD_COPY_H

#include "adapters/amqp/broker.h"
#include "adapters/http/client.h"
#include "adapters/mariadb/db.h"

#define COPY_EXAMPLES 10

/* How the copy stands to the view: rows of bookings and names of rooms. */
struct copy_difference {
	uint64_t rows;                    /* in the view */
	uint64_t behind;                  /* the copy lacks them, or has an older part */
	uint64_t ahead;                   /* the view lacks them, or has an older part */
	uint64_t different;               /* the same versions with another content */
	uint64_t examples[COPY_EXAMPLES]; /* bookings of the different rows */
	size_t n_examples;
};

/* Empties the copy and begins to feed it. */
MUST_CHECK enum err copy_begin(struct db *db);

/* Stops feeding it; the view stays what it is. */
MUST_CHECK enum err copy_give_up(struct db *db);

/* Told now and then how many were merged so far, and from where: "history", "owners". */
typedef void copy_progress(const char *source, uint64_t n);

/* Fills the copy with all events of history; ret_events: how many. ERR_NOT_FOUND: there is no
 * history. */
MUST_CHECK enum err copy_fill(struct db *db, struct broker *broker, copy_progress *progress,
                              uint64_t *ret_events);

/* Asks room, book and pay for all they have told of, as it stands now, and merges that into the
 * copy: then it has everything, however little history reaches back. What is told after
 * copy_begin() comes by itself. ret_items: how many they had. ERR_NOT_SENT: the context
 * *ret_silent did not answer, or not as it should. */
MUST_CHECK enum err copy_complete(struct db *db, struct http_client *client,
                                  copy_progress *progress, uint64_t *ret_items,
                                  const char **ret_silent);

/* Compares row by row. The view goes on meanwhile, and what is equal stays so: each row is compared
 * at one moment, and both get what comes. */
MUST_CHECK enum err copy_compare(struct db *db, struct copy_difference *ret_difference);

/* Exchanges the two in one statement, stops feeding what was the view and empties it. */
MUST_CHECK enum err copy_swap(struct db *db);

#endif
