/* SPDX-License-Identifier: MIT */
/*
 * book_apply - the change of a booking from one state to the next, for the operations that make it.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_APPLY_H
#define ADAPTERS_MARIADB_BOOK_BOOK_APPLY_H

#include "adapters/mariadb/book/book_sql.h"

/* Why and by whom a booking changes. */
struct book_cause {
	enum book_action action;
	uint64_t pay_id; /* 0: none */
	const char *why;
	const struct origin *origin;
};

/*
 * Applies the action to a booking whose row is locked (and its room's row, if the action may free
 * nights): state, nights, timeline and event. On OK row->book is the booking afterwards.
 * ERR_STATE_CONFLICT.
 */
MUST_CHECK enum err book_transition(struct db_conn *conn, struct book_row *row,
                                    const struct book_cause *cause);

/* book_store_apply() of one booking, in a transaction of its own. written: zeroed, or the booking as an earlier try
 * brought it to its COMMIT; afterwards that of the last try. */
MUST_CHECK enum err book_apply_alone(struct db *db, const struct book_change *change,
                                     struct book *written, struct book *ret_book);

/* Writes the line of the timeline for the change that gave the booking its present version. */
MUST_CHECK enum err book_step_add(struct db_conn *conn, const struct book *book,
                                  enum book_status from, const char *why,
                                  const struct origin *origin);

#endif
