/* book_transition - a booking goes from one state to the next. */
#include "adapters/mariadb/book/book_transition.h"

#include "adapters/mariadb/outbox.h"

enum err
book_step_add(struct db_conn *conn, const struct book *book, enum book_status from, const char *why,
              const struct origin *origin)
{
	struct step_row row = {.book_id = book->id,
	                       .step = {.version = book->version,
	                                .at = book->updated_at,
	                                .from = from,
	                                .to = book->status,
	                                .by = origin->caller}};
	enum err err = text_copy(row.step.why, sizeof(row.step.why), why);
	if (err == OK)
		err = text_copy(row.step.request_id, sizeof(row.step.request_id),
		                origin->request_id);
	return err == OK ? db_run(conn, &book_table, SQL_STEP_ADD, &row, NULL) : err;
}

/* Under its lock the row is as it was read: a guard that finds nothing is a fault of ours. */
static enum err
status_write(struct db_conn *conn, struct book_row *row, enum book_status next, uint64_t pay_id)
{
	struct book *book = &row->book;
	const struct book_move move = {.id = book->id,
	                               .version = book->version,
	                               .from = book->status,
	                               .status = next,
	                               .pay_id = pay_id,
	                               .now = row->now};
	enum err err = db_change(conn, &book_table, SQL_BOOK_MOVE, &move);
	if (err != OK)
		return err == ERR_UNCHANGED ? ERR_BUG_HERE() : err;
	book->status = next;
	book->version++;
	book->updated_at = row->now;
	if (pay_id)
		book->pay_id = pay_id;
	return OK;
}

/* As many as the stay has, or none of a stay that is over, since those may have been forgotten:
 * otherwise nights and bookings have come apart. */
static enum err
nights_free(struct db_conn *conn, const struct book_row *row)
{
	const struct book *book = &row->book;
	uint64_t freed = 0;
	enum err err = db_run(conn, &book_table, SQL_NIGHTS_FREE, &book->id, &freed);
	const bool forgotten = freed == 0 && book->stay.end <= day_at(row->now);
	if (err == OK && freed != (uint64_t)stay_nights(book->stay) && !forgotten)
		err = ERR_BUG_HERE();
	return err;
}

static enum err
event_add(struct db_conn *conn, const struct book *book, const struct origin *origin)
{
	enum event_type type;
	struct event event;
	if (!event_of_book(book->status, &type))
		return OK;
	enum err err = event_begin(type, origin, book->updated_at, &event);
	if (err != OK)
		return err;
	event.sequence = book->version;
	event.correlation_id = book->id;
	event.data.book = *book;
	return outbox_add(conn, &event);
}

enum err
book_move_apply(struct db_conn *conn, struct book_row *row, const struct book_cause *cause)
{
	const enum book_status from = row->book.status;
	enum book_status next;
	enum err err = book_next(from, cause->action, &next);
	if (err == OK)
		err = status_write(conn, row, next, cause->pay_id);
	if (err == OK && book_holds_nights(from) && !book_holds_nights(next))
		err = nights_free(conn, row);
	if (err == OK)
		err = book_step_add(conn, &row->book, from, cause->why, cause->origin);
	return err == OK ? event_add(conn, &row->book, cause->origin) : err;
}
