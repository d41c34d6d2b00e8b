/* SPDX-License-Identifier: MIT */
/*
 * payment_decide_many - decides payments that come at the same moment in one transaction.
 *
 * Only bookings without a payment are decided together: their payments are inserted in the order of their bookings.
 * A booking that has one, and two orders of one booking, are decided alone; so is each of a batch that fails whole.
 */
#include "adapters/mariadb/id_list.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/pay/payment_operations.h"
#include "base/mem.h"

#include <stdlib.h>

struct deciding {
	struct payment_decision *decision;
	struct payment made; /* of this try */
	bool exists;         /* the booking has a payment */
	bool alone;          /* it was not decided together with others */
	enum err err;
};

/* Decisions in the order of their bookings. */
struct batch {
	struct db_conn *conn;
	struct deciding *all[MERGE_MAX];
	size_t n;
};

enum err
payment_decide_with_others(struct payment_mariadb *store, struct payment_decision *decision)
{
	struct deciding deciding = {.decision = decision};
	enum err err = merge_submit(store->decisions, &deciding);
	if (err != OK)
		return err;
	return deciding.alone ? payment_decide_alone(store->db, decision) : deciding.err;
}

/* ---- what is there already ---- */

static uint64_t
book_of(const struct deciding *deciding)
{
	return deciding->decision->order->book_id;
}

static enum err
books_write(const struct batch *batch, struct buf *text)
{
	uint64_t ids[MERGE_MAX];
	for (size_t i = 0; i < batch->n; i++)
		ids[i] = book_of(batch->all[i]);
	return id_list_write(ids, batch->n, text);
}

static struct deciding *
deciding_of(const struct batch *batch, uint64_t book_id)
{
	for (size_t i = 0; i < batch->n; i++)
		if (book_of(batch->all[i]) == book_id)
			return batch->all[i];
	return NULL;
}

static enum err
payment_take(void *row, void *arg)
{
	const struct payment *payment = row;
	struct deciding *deciding = deciding_of(arg, payment->book_id);
	if (!deciding)
		return ERR_BUG_HERE();
	deciding->exists = deciding->alone = true;
	return OK;
}

/* Those that exist leave the batch. */
static enum err
existing_leave_out(struct batch *batch, struct buf *text)
{
	struct payment row;
	size_t n = 0;
	for (size_t i = 0; i < batch->n; i++)
		batch->all[i]->exists = batch->all[i]->alone = false;
	enum err err = books_write(batch, text);
	if (err == OK)
		err = db_each(batch->conn, &payment_table, SQL_PAYMENTS_LOCK, text, &row,
		              payment_take, batch);
	for (size_t i = 0; err == OK && i < batch->n; i++)
		if (!batch->all[i]->exists)
			batch->all[n++] = batch->all[i];
	batch->n = err == OK ? n : batch->n;
	return err;
}

/* ---- writing ---- */

struct writing {
	struct payment payments[MERGE_MAX];
	struct event events[MERGE_MAX];
	size_t n;
};

static enum err
payments_add(const struct batch *batch, struct writing *writing)
{
	instant_t now;
	enum err err = db_find(batch->conn, &payment_table, SQL_NOW, NULL, &now);
	writing->n = batch->n;
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		const struct payment_decision *decision = batch->all[i]->decision;
		struct payment *payment = &writing->payments[i];
		*payment = payment_of_order(decision->order);
		payment->status = payment_next(PAY_NONE, decision->action);
		payment->created_at = payment->updated_at = now;
		payment->version = 1;
	}
	return err == OK ? db_insert_many(batch->conn, &payment_table, SQL_PAYMENTS_ADD,
	                                  writing->payments, sizeof(*writing->payments), writing->n,
	                                  &writing->payments->id)
	                 : err;
}

/* Where a claim may have come between the booking and its payment. */
struct handing {
	const struct batch *batch;
	struct writing *writing;
};

static enum err
holder_take(void *row, void *arg)
{
	const struct holder *holder = row;
	const struct handing *handing = arg;
	for (size_t i = 0; i < handing->writing->n; i++) {
		struct payment *payment = &handing->writing->payments[i];
		if (payment->book_id == holder->book_id && payment_follow(payment, holder))
			return db_change_locked(handing->batch->conn, &payment_table,
			                        SQL_PAYMENT_HAND_OVER, payment);
	}
	return OK;
}

static enum err
events_add(const struct batch *batch, struct writing *writing)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < writing->n; i++)
		err = event_about_payment(&writing->payments[i], batch->all[i]->decision->origin,
		                          &writing->events[i]);
	return err == OK ? outbox_add_many(batch->conn, writing->events, writing->n) : err;
}

static enum err
batch_decide(struct batch *batch, struct writing *writing)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(ID_LIST_BYTES(MERGE_MAX));
	const struct handing handing = {.batch = batch, .writing = writing};
	struct handing to = handing;
	struct holder holder;
	enum err err = existing_leave_out(batch, &text);
	if (err != OK || !batch->n)
		return err;
	err = payments_add(batch, writing);
	if (err == OK)
		err = books_write(batch, &text);
	if (err == OK)
		err = db_each(batch->conn, &payment_table, SQL_HOLDERS_FIND, &text, &holder,
		              holder_take, &to);
	if (err == OK)
		err = events_add(batch, writing);
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		batch->all[i]->decision->payment = writing->payments[i];
		batch->all[i]->decision->first = true;
		batch->all[i]->err = OK;
	}
	return err;
}

/* ---- together ---- */

static int
by_book(const void *left, const void *right)
{
	const uint64_t a = book_of(*(struct deciding *const *)left);
	const uint64_t b = book_of(*(struct deciding *const *)right);
	return (a > b) - (a < b);
}

static void
batch_make(void *const items[], size_t n, struct batch *batch)
{
	struct deciding *all[MERGE_MAX];
	for (size_t i = 0; i < n; i++)
		all[i] = items[i];
	qsort(all, n, sizeof(*all), by_book);
	for (size_t i = 0; i < n; i++) {
		all[i]->alone = i && book_of(all[i]) == book_of(all[i - 1]);
		if (!all[i]->alone)
			batch->all[batch->n++] = all[i];
	}
}

static enum err
decide_together(struct db *db, const struct batch *all)
{
	CLEANUP(free_p) struct writing *writing = calloc(1, sizeof(*writing));
	if (!writing)
		return ERR_MEMORY;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		struct batch batch = *all;
		batch.conn = try.conn;
		try.err = batch_decide(&batch, writing);
	}
	return try.err;
}

void
payment_decide_many(void *self, void *const items[], size_t n)
{
	struct batch batch = {.n = 0};
	batch_make(items, n, &batch);
	enum err err = decide_together(payment_db(self), &batch);
	for (size_t i = 0; err != OK && i < batch.n; i++) {
		batch.all[i]->alone = merge_may_be_tried_alone(err);
		batch.all[i]->err = err;
	}
}
