/* SPDX-License-Identifier: MIT */
/*
 * book_hold_many - makes the holds that come at the same moment in one transaction.
 *
 * The offers of the rooms are locked first, in the order of their ids, and then whoever is counted: others who want
 * nights of a room wait there, and nobody waits for a night. A room that somebody else has locked is left out, so that
 * a busy one delays no stranger: its holds are made alone, each as a batch of one that waits. What
 * may refuse holds is read for all of them at once, then they are decided one after the other, in the order in which
 * they came, each with what those before it take. What is refused disturbs nobody; of a batch that fails whole, each
 * is tried alone.
 */
#include "adapters/mariadb/book/book_apply.h"
#include "adapters/mariadb/book/book_hold_batch.h"
#include "adapters/mariadb/book/book_operations.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- deciding ---- */

/* Whether the hold asks for what one before it in the batch may turn out to be: then it has to see that one first,
 * and is made alone. */
static bool
depends_on(const struct holding *holding, const struct holding *before)
{
	const struct book *a = &holding->hold->book, *b = &before->hold->book;
	const struct idempotency *key = &holding->hold->key, *other = &before->hold->key;
	const bool same_key = idempotency_given(key) && strcmp(key->key, other->key) == 0 &&
	                      strcmp(key->scope, other->scope) == 0;
	const bool same_stay = a->guest_id && a->guest_id == b->guest_id &&
	                       a->room_id == b->room_id && a->stay.start == b->stay.start &&
	                       a->stay.end == b->stay.end;
	return same_key || same_stay;
}

/* Adds the nights that one before it in the batch takes. */
static void
taken_add(struct hold_result *result, struct stay wanted, struct stay other)
{
	const day_t from = wanted.start > other.start ? wanted.start : other.start;
	const day_t end = wanted.end < other.end ? wanted.end : other.end;
	for (day_t day = from; day < end && result->n_taken < STAY_NIGHTS_MAX; day++)
		result->taken[result->n_taken++] = day;
}

static bool
is_same(const char *text, const char *other)
{
	return *text && strcmp(text, other) == 0;
}

/* Counts one before it in the batch, which is not yet where counting looks. */
static void
counts_add(struct holding *holding, const struct holding *before)
{
	const struct book_hold *a = holding->hold, *b = before->hold;
	struct hold_counts *counts = &holding->counts;
	const bool nobody = !a->book.guest_id && !b->book.guest_id && a->nobody_counts;
	const bool guest = a->book.guest_id && a->book.guest_id == b->book.guest_id;
	const bool client = nobody && is_same(a->client, b->client);
	counts->unpaid.of_guest += guest;
	counts->unpaid.of_client += client;
	counts->unpaid.of_email += nobody && is_same(a->book.contact.email, b->book.contact.email);
	counts->unpaid.of_phone += nobody && is_same(a->book.contact.phone, b->book.contact.phone);
	counts->mailings += (guest || client) && before->mailing == MAILING_FEW;
}

static int
by_day(const void *left, const void *right)
{
	const day_t a = *(const day_t *)left, b = *(const day_t *)right;
	return (a > b) - (a < b);
}

static enum err
hold_check(struct holding *holding)
{
	const struct book_hold *hold = holding->hold;
	struct hold_result *result = holding->result;
	result->offer = holding->offer.offer;
	enum err err = offer_check(&result->offer, hold->night_price, hold->book.currency);
	if (err != OK)
		return err;
	qsort(result->taken, result->n_taken, sizeof(*result->taken), by_day);
	if (result->n_taken)
		return ERR_TAKEN;
	holding->mailing = hold->book.contact.mailing;
	if (hold->book.guest_id || hold->nobody_counts) {
		holding->mailing =
			contact_mailing_within(holding->mailing, holding->counts.mailings);
		if (book_guest_limit_reached(&holding->counts.unpaid, hold->guest_limit))
			return ERR_TOO_MANY;
	}
	return book_limit_reached(holding->unpaid, hold->pending_limit) ? ERR_PAY_UNAVAILABLE : OK;
}

static void
hold_decide(const struct hold_batch *batch, size_t i)
{
	struct holding *holding = batch->all[i];
	const struct book *book = &holding->hold->book;
	for (size_t j = 0; j < i; j++) {
		const struct holding *before = batch->all[j];
		holding->alone |= depends_on(holding, before);
		if (!before->goes)
			continue;
		counts_add(holding, before);
		if (before->hold->book.room_id == book->room_id)
			taken_add(holding->result, book->stay, before->hold->book.stay);
	}
	if (holding->alone)
		return;
	enum err err = hold_check(holding);
	holding->goes = err == OK;
	if (err != OK)
		hold_decided(holding, err);
}

/* ---- writing ---- */

/* What a batch writes, one row of a table after the other. */
struct writing {
	struct book_row books[MERGE_MAX];
	struct night nights[MERGE_MAX * STAY_NIGHTS_MAX];
	struct step_row steps[MERGE_MAX];
	struct holding *of[MERGE_MAX]; /* whose books[i] is */
	size_t n, n_nights;
	bool redraws; /* two bookings have drawn the same reference, though that hardly ever happens */
};

static enum err
reference_draw(struct book *book)
{
	unsigned char random[8];
	enum err err = random_bytes(random, sizeof(random));
	if (err == OK)
		book_reference(random, book->reference);
	return err;
}

static enum err
books_add(const struct hold_batch *batch, struct writing *writing)
{
	enum err err = OK;
	writing->n = 0;
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		struct holding *holding = batch->all[i];
		if (!holding->goes)
			continue;
		writing->of[writing->n] = holding;
		struct book_row *row = &writing->books[writing->n++];
		err = book_hold_begin(holding->hold, holding->offer.now, row);
		row->book.contact.mailing = holding->mailing;
		if (err == OK && writing->redraws)
			err = reference_draw(&row->book);
	}
	if (err == OK)
		err = db_insert_many(batch->conn, &book_table, SQL_BOOKS_ADD, writing->books,
		                     sizeof(*writing->books), writing->n, &writing->books->book.id);
	if (err == ERR_DUPLICATE) {
		writing->redraws = true;
		return ERR_CONFLICT;
	}
	return err;
}

/* The rooms are locked, so a duplicate key means a writer that bypassed the lock: the next try sees the night. */
static enum err
nights_add(const struct hold_batch *batch, struct writing *writing)
{
	writing->n_nights = 0;
	for (size_t i = 0; i < writing->n; i++) {
		const struct book *book = &writing->books[i].book;
		for (day_t day = book->stay.start; day < book->stay.end; day++)
			writing->nights[writing->n_nights++] = (struct night){
				.room_id = book->room_id, .day = day, .book_id = book->id};
	}
	enum err err = db_run_many(batch->conn, &book_table, SQL_NIGHT_TAKE, writing->nights,
	                           sizeof(*writing->nights), writing->n_nights, NULL);
	return err == ERR_DUPLICATE ? ERR_CONFLICT : err;
}

static enum err
steps_add(const struct hold_batch *batch, struct writing *writing)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < writing->n; i++) {
		writing->steps[i] = (struct step_row){.book_id = writing->books[i].book.id};
		err = book_step_of(&writing->books[i].book, BOOK_REQUESTED, BOOK_WHY_HELD,
		                   &writing->of[i]->hold->origin, &writing->steps[i].step);
	}
	return err == OK ? db_run_many(batch->conn, &book_table, SQL_STEP_ADD, writing->steps,
	                               sizeof(*writing->steps), writing->n, NULL)
	                 : err;
}

static enum err
keys_add(const struct hold_batch *batch, const struct writing *writing)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < writing->n; i++)
		err = idempotency_add(batch->conn, &writing->of[i]->hold->key,
		                      writing->books[i].book.id);
	return err;
}

static enum err
batch_write(const struct hold_batch *batch, struct writing *writing)
{
	enum err err = books_add(batch, writing);
	if (err == OK)
		err = nights_add(batch, writing);
	if (err == OK)
		err = steps_add(batch, writing);
	if (err == OK)
		err = keys_add(batch, writing);
	for (size_t i = 0; err == OK && i < writing->n; i++) {
		struct holding *holding = writing->of[i];
		holding->row = writing->books[i];
		holding->err = OK;
		holding->result->kind = HOLD_MADE;
		holding->result->book = holding->row.book;
	}
	return err;
}

/* ---- together ---- */

static enum err
batch_hold(struct hold_batch *batch, struct writing *writing)
{
	for (size_t i = 0; i < batch->n; i++) {
		batch->all[i]->decided = batch->all[i]->goes = batch->all[i]->alone = false;
		batch->all[i]->counts = (struct hold_counts){.i = 0};
		*batch->all[i]->result = (struct hold_result){.kind = HOLD_REFUSED};
	}
	enum err err = hold_batch_lock(batch);
	if (err == OK && batch->n)
		err = hold_batch_read(batch);
	if (err != OK || !batch->n)
		return err;
	for (size_t i = 0; i < batch->n; i++)
		if (!batch->all[i]->decided)
			hold_decide(batch, i);
	return batch_write(batch, writing);
}

static enum err
hold_together(struct db *db, const struct hold_batch *all)
{
	CLEANUP(free_p) struct writing *writing = calloc(1, sizeof(*writing));
	CLEANUP(free_p) struct hold_batch *batch = calloc(1, sizeof(*batch));
	if (!writing || !batch)
		return ERR_MEMORY;
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		*batch = *all;
		batch->conn = try.conn;
		try.err = batch_hold(batch, writing);
	}
	return try.err;
}

void
book_hold_many(void *self, void *const items[], size_t n)
{
	struct hold_batch batch = {.n = n};
	for (size_t i = 0; i < n; i++)
		batch.all[i] = items[i];
	enum err err = hold_together(book_db(self), &batch);
	for (size_t i = 0; err != OK && i < n; i++) {
		batch.all[i]->alone = merge_may_be_tried_alone(err);
		batch.all[i]->err = err;
	}
}

/* One that waits for its room, or is limited by all that are unpaid. */
static enum err
hold_alone(struct db *db, struct holding *holding)
{
	const struct hold_batch batch = {.all = {holding}, .n = 1, .waits = true};
	enum err err = hold_together(db, &batch);
	return err == OK ? holding->err : err;
}

enum err
book_hold_make(struct book_mariadb *store, const struct book_hold *hold,
               struct hold_result *ret_result)
{
	struct holding holding = {.hold = hold, .result = ret_result};
	holding.alone = hold->pending_limit != 0;
	if (!holding.alone) {
		enum err err = merge_submit(store->holds, &holding);
		if (err != OK)
			return err;
	}
	return holding.alone ? hold_alone(store->db, &holding) : holding.err;
}
