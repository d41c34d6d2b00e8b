/* book_apply - what happens to a held book: actions, tries to pay, and what the settler has to do.
 */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_transition.h"
#include "adapters/mariadb/idempotency.h"

#include <string.h>

/* ---- apply ---- */

struct change_work {
	const struct book_change *change;
	struct book book; /* as it stands, also when the change is refused */
	bool written;     /* an earlier try came to its COMMIT; book is what it wrote */
};

/* Too many unpaid books: instead of one more pending, this one expires. It is a limit of size, not
 * of money: a few at the same moment may pass it together. */
static enum err
action_now(struct db_conn *conn, const struct book_change *change, enum book_action *ret_action)
{
	uint64_t pending = 0;
	*ret_action = change->action;
	if (change->action != BOOK_DEFER || !change->pending_limit)
		return OK;
	enum err err = db_find(conn, &book_table, SQL_PENDING, NULL, &pending);
	if (err == OK && pending >= change->pending_limit)
		*ret_action = BOOK_EXPIRE;
	return err;
}

/* Whether nights may come free by it. */
static bool
action_frees(enum book_action action)
{
	return action != BOOK_APPROVE && action != BOOK_DEFER;
}

/* The room first if its nights change, then the book. */
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

static bool
is_written(const struct change_work *work, const struct book *now)
{
	return work->written && now->version == work->book.version &&
	       now->status == work->book.status;
}

/* OK: the change may go on. *ret_done: it has happened already. What was asked for has to be
 * possible also where something else is done instead: a second settler that defers a book must not
 * expire it. */
static enum err
check_change(struct db_conn *conn, struct change_work *work, const struct book *now, bool *ret_done)
{
	const struct book_change *change = work->change;
	enum book_status next;
	uint64_t id;
	*ret_done = is_written(work, now);
	work->book = *now;
	if (*ret_done)
		return OK;
	enum err err = idempotency_find(conn, &change->key, &id);
	*ret_done = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	if (change->if_version && change->if_version != now->version)
		return ERR_VERSION_CONFLICT;
	return book_next(now->status, change->action, &next);
}

static enum err
keys_write(struct db_conn *conn, const struct book_change *change, bool drop)
{
	enum err err = drop ? idempotency_forget(conn, change->id) : OK;
	return err == OK ? idempotency_add(conn, &change->key, change->id) : err;
}

static enum err
apply_work(struct db_conn *conn, void *arg)
{
	struct change_work *work = arg;
	const struct book_change *change = work->change;
	struct book_cause cause = {
		.pay_id = change->pay_id, .why = change->why, .origin = &change->origin};
	struct book_row row;
	bool done = false;
	enum err err = action_now(conn, change, &cause.action);
	if (err == OK)
		err = book_lock(conn, change->id, action_frees(cause.action), &row);
	if (err == OK)
		err = check_change(conn, work, &row.book, &done);
	if (err != OK || done)
		return err;
	err = book_move_apply(conn, &row, &cause);
	if (err == OK)
		err = keys_write(conn, change, change->drop_key || cause.action != change->action);
	if (err != OK)
		return err;
	work->book = row.book;
	work->written = true;
	return OK;
}

enum err
book_store_apply(void *self, const struct book_change *change, struct book *ret_book)
{
	struct change_work work = {.change = change};
	enum err err = db_transact_again(self, apply_work, &work);
	if (err == OK || err == ERR_VERSION_CONFLICT || err == ERR_STATE_CONFLICT)
		*ret_book = work.book;
	return err;
}

/* ---- attempt ---- */

struct attempt_work {
	uint64_t id;
	const char *token;
	struct book_row row;
};

static enum err
attempt_work(struct db_conn *conn, void *arg)
{
	struct attempt_work *work = arg;
	struct book_row *row = &work->row;
	enum err err = db_find(conn, &book_table, SQL_BOOK_LOCK, &work->id, row);
	if (err == OK && row->book.status != BOOK_PAYMENT_PENDING)
		err = ERR_STATE_CONFLICT;
	if (err == OK && work->token[0])
		err = text_copy(row->token, sizeof(row->token), work->token);
	return err == OK ? db_change(conn, &book_table, SQL_BOOK_TRY, row) : err;
}

enum err
book_store_attempt(void *self, uint64_t id, const char *token, struct book *ret_book,
                   char ret_token[TOKEN_SIZE])
{
	struct attempt_work work = {.id = id, .token = token};
	enum err err = db_transact_again(self, attempt_work, &work);
	if (err == OK)
		memcpy(ret_token, work.row.token, TOKEN_SIZE);
	if (err == OK || err == ERR_STATE_CONFLICT)
		*ret_book = work.row.book;
	return err;
}

/* ---- due ---- */

#define DUE_ONCE 64 /* rows that are read at a time */

struct due_work {
	const struct due_query *query;
	struct due_book *due;
	size_t n;
};

/* Which statement finds which kind: what is over first, then what may be tried again. */
static const struct {
	enum due_kind kind;
	enum book_sql statement;
} due_kinds[] = {
	{DUE_EXPIRED, SQL_DUE_EXPIRED},
	{DUE_STALE, SQL_DUE_STALE},
	{DUE_CLOSED, SQL_DUE_CLOSED},
	{DUE_RETRY, SQL_DUE_RETRY},
};

static uint32_t
due_limit(const struct due_work *work, enum due_kind kind)
{
	size_t limit = work->query->max - work->n;
	if (kind == DUE_RETRY && limit > work->query->max_retries)
		limit = work->query->max_retries;
	return limit < DUE_ONCE ? (uint32_t)limit : DUE_ONCE;
}

static enum err
due_find(struct db_conn *conn, struct due_work *work, enum due_kind kind, enum book_sql statement)
{
	const struct due_query *query = work->query;
	const struct due_args args = {.age_ms =
	                                      kind == DUE_RETRY ? query->retry_ms : query->stale_ms,
	                              .limit = due_limit(work, kind),
	                              .today = query->today};
	struct book_row rows[DUE_ONCE];
	size_t n = 0;
	if (!args.limit)
		return OK;
	enum err err = db_list(conn, &book_table, statement, &args, rows, DUE_ONCE, &n);
	for (size_t i = 0; err == OK && i < n; i++) {
		struct due_book *due = &work->due[work->n];
		due->kind = kind;
		due->book = rows[i].book;
		memcpy(due->token, rows[i].token, sizeof(due->token));
		if (kind == DUE_RETRY)
			err = db_change(conn, &book_table, SQL_BOOK_TRY, &rows[i]);
		work->n++;
	}
	return err;
}

static enum err
due_work(struct db_conn *conn, void *arg)
{
	struct due_work *work = arg;
	enum err err = OK;
	work->n = 0;
	for (size_t i = 0; err == OK && i < sizeof(due_kinds) / sizeof(due_kinds[0]); i++)
		err = due_find(conn, work, due_kinds[i].kind, due_kinds[i].statement);
	return err;
}

enum err
book_store_due(void *self, const struct due_query *query, struct due_book ret_due[], size_t *ret_n)
{
	struct due_work work = {.query = query, .due = ret_due};
	enum err err = db_transact(self, due_work, &work);
	if (err == OK)
		*ret_n = work.n;
	return err;
}
