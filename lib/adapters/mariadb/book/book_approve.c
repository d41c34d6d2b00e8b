/* SPDX-License-Identifier: MIT */
/*
 * book_approve - approves bookings whose payment has come; those that come at the same moment in one transaction.
 *
 * Only rows of bookings are locked, in the order of their ids: approval frees no night. One that somebody else has
 * locked is left out, one that may not be approved is refused, and neither disturbs anybody; of a batch that fails
 * whole, each is tried alone.
 */
#include "adapters/mariadb/book/book_apply.h"
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/id_list.h"
#include "adapters/mariadb/outbox.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define APPROVAL_BYTES_MAX 96 /* of its JSON text */

struct approval {
	const struct book_change *change;
	struct book written; /* what an earlier try brought to its COMMIT */
	struct book_row row;
	bool found, goes; /* it is there; this try changes it */
	bool alone;       /* it was not decided together with others */
	enum err err;
};

/* An approval without a condition or a key of its own: what follows each payment that is made at once. */
bool
book_approve_takes(const struct book_change *change)
{
	return change->action == BOOK_APPROVE && !idempotency_given(&change->key) &&
	       !change->drop_key;
}

enum err
book_approve(struct book_mariadb *store, const struct book_change *change, struct book *ret_book)
{
	struct approval approval = {.change = change};
	enum err err = merge_submit(store->approvals, &approval);
	if (err != OK)
		return err;
	if (approval.alone)
		return book_apply_alone(store->db, change, &approval.written, ret_book);
	if (approval.err == OK || approval.err == ERR_VERSION_CONFLICT ||
	    approval.err == ERR_STATE_CONFLICT)
		*ret_book = approval.row.book;
	return approval.err;
}

/* ---- reading ---- */

static int
by_id(const void *left, const void *right)
{
	const uint64_t a = (*(struct approval *const *)left)->change->id;
	const uint64_t b = (*(struct approval *const *)right)->change->id;
	return (a > b) - (a < b);
}

/* The approvals of a batch, in the order of their bookings' ids. */
struct batch {
	struct approval *all[MERGE_MAX];
	size_t n;
	instant_t now; /* by the database's clock, when all were locked */
};

static enum err
row_take(void *row, void *arg)
{
	const struct book_row *found = row;
	struct batch *batch = arg;
	batch->now = found->now;
	for (size_t i = 0; i < batch->n; i++)
		if (batch->all[i]->change->id == found->book.id) {
			batch->all[i]->row = *found;
			batch->all[i]->found = true;
		}
	return OK;
}

static enum err
rows_lock(struct db_conn *conn, struct batch *batch)
{
	CLEANUP(buf_done) struct buf list = BUF_INIT(ID_LIST_BYTES(MERGE_MAX));
	uint64_t ids[MERGE_MAX];
	struct book_row row;
	for (size_t i = 0; i < batch->n; i++) {
		ids[i] = batch->all[i]->change->id;
		batch->all[i]->found = false;
	}
	enum err err = id_list_write(ids, batch->n, &list);
	return err == OK ? db_each(conn, &book_table, SQL_BOOKS_LOCK, &list, &row, row_take, batch)
	                 : err;
}

/* What becomes of one of them: whether it goes, and how it ends if it does not. One that is not there, or that
 * somebody else has locked, is looked at alone, so that it keeps nobody waiting. */
static void
approval_check(struct approval *approval)
{
	const struct book *now = &approval->row.book, *written = &approval->written;
	approval->goes = false;
	approval->err = OK;
	approval->alone = !approval->found;
	if (approval->alone)
		return;
	if (written->version == now->version && written->status == now->status)
		return;
	approval->err = book_change_check(approval->change, now);
	approval->goes = approval->err == OK;
}

/* ---- writing ---- */

/* What a batch writes, a row of each table for each booking. */
struct writing {
	struct approve_args args;
	struct step_row steps[MERGE_MAX];
	struct event events[MERGE_MAX];
	size_t n;
};

static enum err
approval_write(struct approval *approval, struct writing *to)
{
	const struct book_change *change = approval->change;
	struct book *book = &approval->row.book;
	const enum book_status from = book->status;
	enum err err =
		buf_addf(&to->args.approvals,
	                 "%s{\"id\":%" PRIu64 ",\"version\":%" PRIu64 ",\"payId\":%" PRIu64 "}",
	                 to->n ? "," : "", book->id, book->version, change->pay_id);
	if (err == OK)
		err = book_transit(book, change->action, change->pay_id, to->args.now);
	to->args.status = book->status;
	to->steps[to->n] = (struct step_row){.book_id = book->id};
	if (err == OK)
		err = book_step_of(book, from, change->why, &change->origin,
		                   &to->steps[to->n].step);
	if (err == OK)
		err = event_about_book(book, &change->origin, &to->events[to->n]);
	to->n++;
	return err;
}

static enum err
writing_store(struct db_conn *conn, struct writing *writing)
{
	uint64_t changed = 0;
	if (!writing->n)
		return OK;
	enum err err = buf_add(&writing->args.approvals, "]", 1);
	if (err == OK)
		err = db_run(conn, &book_table, SQL_BOOKS_APPROVE, &writing->args, &changed);
	if (err == OK && changed != writing->n)
		err = ERR_BUG_HERE(); /* the rows are locked */
	if (err == OK)
		err = db_run_many(conn, &book_table, SQL_STEP_ADD, writing->steps,
		                  sizeof(*writing->steps), writing->n, NULL);
	return err == OK ? outbox_add_many(conn, writing->events, writing->n) : err;
}

static enum err
batch_approve(struct db_conn *conn, struct batch *batch, struct writing *writing)
{
	enum err err = rows_lock(conn, batch);
	writing->n = 0;
	writing->args.now = batch->now;
	buf_reset(&writing->args.approvals);
	if (err == OK)
		err = buf_add(&writing->args.approvals, "[", 1);
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		approval_check(batch->all[i]);
		if (batch->all[i]->goes)
			err = approval_write(batch->all[i], writing);
	}
	if (err == OK)
		err = writing_store(conn, writing);
	for (size_t i = 0; err == OK && i < batch->n; i++)
		if (batch->all[i]->goes)
			batch->all[i]->written = batch->all[i]->row.book;
	return err;
}

/* ---- together, or alone ---- */

/* Two of the same booking are not decided together: the second has to see what the first has done. */
static void
batch_make(void *const items[], size_t n, struct batch *batch)
{
	struct approval *all[MERGE_MAX];
	for (size_t i = 0; i < n; i++)
		all[i] = items[i];
	qsort(all, n, sizeof(*all), by_id);
	batch->n = 0;
	for (size_t i = 0; i < n; i++) {
		all[i]->alone = i && all[i]->change->id == all[i - 1]->change->id;
		if (!all[i]->alone)
			batch->all[batch->n++] = all[i];
	}
}

static enum err
approve_together(struct db *db, struct batch *batch)
{
	CLEANUP(free_p) struct writing *writing = calloc(1, sizeof(*writing));
	if (!writing)
		return ERR_MEMORY;
	writing->args.approvals = (struct buf)BUF_INIT(MERGE_MAX * APPROVAL_BYTES_MAX);
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = batch_approve(try.conn, batch, writing);
	buf_done(&writing->args.approvals);
	return try.err;
}

void
book_approve_many(void *self, void *const items[], size_t n)
{
	struct batch batch = {.n = 0};
	batch_make(items, n, &batch);
	enum err err = approve_together(book_db(self), &batch);
	for (size_t i = 0; err != OK && i < batch.n; i++) {
		batch.all[i]->alone = merge_may_be_tried_alone(err);
		batch.all[i]->err = err;
	}
}
