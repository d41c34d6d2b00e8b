/*
 * book_transition - a booking goes from one state to the next. For the book store's files.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_TRANSITION_H
#define ADAPTERS_MARIADB_BOOK_BOOK_TRANSITION_H

#include "adapters/mariadb/book/book_sql.h"

/* Why and by whom a booking changes. */
struct book_cause {
	enum book_action action;
	uint64_t pay_id; /* 0: none */
	const char *why;
	const struct origin *origin;
};

/*
 * Applies the action to a book whose row is locked, and with the room's lock had if nights may come
 * free by it: state, nights, timeline and event. On OK row->book is as it stands then.
 * ERR_STATE_CONFLICT.
 */
MUST_CHECK enum err book_move_apply(struct db_conn *conn, struct book_row *row,
                                    const struct book_cause *cause);

/* Writes a line of the timeline: the book's version came by this change. */
MUST_CHECK enum err book_step_add(struct db_conn *conn, const struct book *book,
                                  enum book_status from, const char *why,
                                  const struct origin *origin);

#endif
