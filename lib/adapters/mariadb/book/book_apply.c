/* SPDX-License-Identifier: MIT */
/* book_apply - the change of a booking from one state to the next, and its attempts to pay. */
#include "adapters/mariadb/book/book_apply.h"

#include "adapters/mariadb/audit.h"
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/outbox.h"

#include <string.h>

/* ---- one change of state ---- */

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
nights_release(struct db_conn *conn, const struct book_row *row)
{
	const struct book *book = &row->book;
	uint64_t freed = 0;
	enum err err = db_run(conn, &book_table, SQL_NIGHTS_RELEASE, &book->id, &freed);
	const bool purged = freed == 0 && book->stay.end <= day_at(row->now);
	if (err == OK && freed != (uint64_t)stay_nights(book->stay) && !purged)
		err = ERR_BUG_HERE();
	return err;
}

static enum err
transition_audit(struct db_conn *conn, const struct book *book, const struct book_cause *cause)
{
	struct audit_entry entry;
	return book_audit(book, cause->action, cause->origin, &entry) ? audit_add(conn, &entry)
	                                                              : OK;
}

enum err
book_transition(struct db_conn *conn, struct book_row *row, const struct book_cause *cause)
{
	struct book *book = &row->book;
	struct transition_args args = {.id = book->id,
	                               .version = book->version,
	                               .from = book->status,
	                               .pay_id = cause->pay_id,
	                               .now = row->now};
	enum err err = book_transit(book, cause->action, cause->pay_id, row->now);
	args.status = book->status;
	if (err == OK)
		err = db_change_locked(conn, &book_table, SQL_BOOK_TRANSITION, &args);
	if (err == OK && book_holds_nights(args.from) && !book_holds_nights(book->status))
		err = nights_release(conn, row);
	if (err == OK)
		err = book_step_add(conn, book, args.from, cause->why, cause->origin);
	if (err == OK)
		err = transition_audit(conn, book, cause);
	return err == OK ? outbox_add_book(conn, book, cause->origin) : err;
}

/* ---- the operations ---- */

/* The pending limit bounds the amount of work, not money: a few actions at the same moment may pass
 * it together. */
static enum err
action_now(struct db_conn *conn, const struct book_change *change, enum book_action *ret_action)
{
	uint64_t pending = 0;
	enum err err = OK;
	if (change->action == BOOK_DEFER && change->pending_limit)
		err = db_find(conn, &book_table, SQL_PENDING, NULL, &pending);
	*ret_action = book_action_within(change->action, pending, change->pending_limit);
	return err;
}

/* Locks the room first if its nights may change, then the booking. */
static enum err
book_lock(struct db_conn *conn, uint64_t id, bool with_room, struct book_row *ret_row)
{
	struct book book;
	struct offer_row offer;
	enum err err = OK;
	if (with_room) {
		err = db_find(conn, &book_table, SQL_BOOK_FIND, &id, &book);
		if (err == OK)
			err = db_find(conn, &book_table, SQL_OFFER_LOCK, &book.room_id, &offer);
	}
	return err == OK ? db_find(conn, &book_table, SQL_BOOK_LOCK, &id, ret_row) : err;
}

/* OK: the change may go on, or *ret_done: it has happened already. `written` is what an earlier try
 * brought to its COMMIT. The action that was asked for has to be possible even where another one
 * replaces it: a second settler that defers a booking must not expire it. */
static enum err
check_change(struct db_conn *conn, const struct book_change *change, const struct book *written,
             const struct book *now, bool *ret_done)
{
	uint64_t id;
	*ret_done = written->version == now->version && written->status == now->status;
	if (*ret_done)
		return OK;
	enum err err = idempotency_find(conn, &change->key, &id);
	*ret_done = err == OK;
	return err == ERR_NOT_FOUND ? book_change_check(change, now) : err;
}

static enum err
change_apply(struct db_conn *conn, const struct book_change *change, struct book *written,
             struct book_row *row)
{
	struct book_cause cause = {
		.pay_id = change->pay_id, .why = change->why, .origin = &change->origin};
	bool done = false;
	enum err err = action_now(conn, change, &cause.action);
	if (err == OK)
		err = book_lock(conn, change->id, book_releases_nights(cause.action), row);
	if (err == OK)
		err = check_change(conn, change, written, &row->book, &done);
	if (err != OK || done)
		return err;
	err = book_transition(conn, row, &cause);
	if (err == OK && book_change_drops_key(change, cause.action))
		err = idempotency_delete(conn, change->id);
	if (err == OK)
		err = idempotency_add(conn, &change->key, change->id);
	if (err == OK)
		*written = row->book;
	return err;
}

enum err
book_apply_alone(struct db *db, const struct book_change *change, struct book *written,
                 struct book *ret_book)
{
	struct book_row row = {0};
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = change_apply(try.conn, change, written, &row);
	if (try.err == OK || try.err == ERR_VERSION_CONFLICT || try.err == ERR_STATE_CONFLICT)
		*ret_book = row.book;
	return try.err;
}

enum err
book_store_apply(void *self, const struct book_change *change, struct book *ret_book)
{
	struct book written = {0};
	if (book_approve_takes(change))
		return book_approve(self, change, ret_book);
	return book_apply_alone(book_db(self), change, &written, ret_book);
}

enum err
book_store_attempt(void *self, uint64_t id, const char *token, const struct precondition *condition,
                   struct book *ret_book, char ret_token[TOKEN_SIZE])
{
	struct book_row row = {0};
	struct db_try try = db_begin(book_db(self), DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &book_table, SQL_BOOK_LOCK, &id, &row);
		if (try.err == OK)
			try.err = precondition_check(condition, row.book.version);
		if (try.err == OK && row.book.status != BOOK_PAYMENT_PENDING)
			try.err = ERR_STATE_CONFLICT;
		if (try.err == OK && token[0])
			try.err = text_copy(row.token, sizeof(row.token), token);
		if (try.err == OK)
			try.err = db_change_locked(try.conn, &book_table, SQL_ATTEMPT_ADD, &row);
	}
	if (try.err == OK)
		memcpy(ret_token, row.token, TOKEN_SIZE);
	if (try.err == OK || try.err == ERR_VERSION_CONFLICT || try.err == ERR_STATE_CONFLICT)
		*ret_book = row.book;
	return try.err;
}
