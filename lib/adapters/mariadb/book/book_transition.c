/* book_transition - moves a booking from one state to the next. */
#include "adapters/mariadb/book/book_transition.h"

#include "adapters/mariadb/outbox.h"

enum err
book_step_add(struct db_conn *conn, const struct book *book, enum book_status from, const char *why,
              const struct origin *origin)
{
	struct step_row row = {.book_id = book->id};
	enum err err = book_step_of(book, from, why, origin, &row.step);
	return err == OK ? db_run(conn, &book_table, SQL_STEP_ADD, &row, NULL) : err;
}

/* A booking has as many nights as its stay, or none if they were purged after the stay: any other
 * number means that nights and bookings disagree. */
static enum err
nights_free(struct db_conn *conn, const struct book_row *row)
{
	const struct book *book = &row->book;
	uint64_t freed = 0;
	enum err err = db_run(conn, &book_table, SQL_NIGHTS_FREE, &book->id, &freed);
	const bool purged = freed == 0 && book->stay.end <= day_at(row->now);
	if (err == OK && freed != (uint64_t)stay_nights(book->stay) && !purged)
		err = ERR_BUG_HERE();
	return err;
}

enum err
book_transition(struct db_conn *conn, struct book_row *row, const struct book_cause *cause)
{
	struct book *book = &row->book;
	struct book_move move = {.id = book->id,
	                         .version = book->version,
	                         .from = book->status,
	                         .pay_id = cause->pay_id,
	                         .now = row->now};
	enum err err = book_apply(book, cause->action, cause->pay_id, row->now);
	move.status = book->status;
	if (err == OK)
		err = db_change_locked(conn, &book_table, SQL_BOOK_MOVE, &move);
	if (err == OK && book_holds_nights(move.from) && !book_holds_nights(book->status))
		err = nights_free(conn, row);
	if (err == OK)
		err = book_step_add(conn, book, move.from, cause->why, cause->origin);
	return err == OK ? outbox_add_book(conn, book, cause->origin) : err;
}
