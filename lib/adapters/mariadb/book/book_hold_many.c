/* SPDX-License-Identifier: MIT */
/*
 * book_hold_many - makes the holds that come at the same moment in one transaction.
 *
 * As in book_hold.c the offers of the rooms are locked first, in the order of their ids, and then the guests. A room
 * that somebody else has locked is left out, so that a busy one delays no stranger: its holds are made alone. What
 * may refuse holds is read for all of them at once, then they are decided one after the other, in the order in which
 * they came, each with what those before it take. What is refused disturbs nobody; of a batch that fails whole, each
 * is tried alone.
 */
#include "adapters/json/json.h"
#include "adapters/mariadb/book/book_apply.h"
#include "adapters/mariadb/book/book_hold.h"
#include "adapters/mariadb/book/book_operations.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define HOLDS_BYTES_MAX (MERGE_MAX * 160) /* of the JSON text of a batch */

struct holding {
	const struct book_hold *hold;
	struct hold_result *result;
	struct book_row row; /* of this try; before it, of the one whose COMMIT may have got lost */
	struct offer_row offer;
	enum err err;
	bool has_offer; /* its room is there, and locked by us */
	bool decided;   /* err and result say how it ended, without a new booking */
	bool goes;      /* this try makes a booking of it */
	bool alone;     /* it was not decided together with others */
};

struct batch {
	struct db_conn *conn;
	struct holding *all[MERGE_MAX]; /* in the order in which they came */
	size_t n;
	struct guest_unpaid guests[MERGE_MAX];
	size_t n_guests;
};

/* What has to be counted by network and contact, or by all that are unpaid, is not. */
bool
book_hold_goes_with_others(const struct book_hold *hold)
{
	return !hold->nobody_counts && !hold->pending_limit &&
	       hold->book.contact.mailing != MAILING_FEW;
}

enum err
book_hold_with_others(struct book_mariadb *store, const struct book_hold *hold,
                      struct hold_result *ret_result)
{
	struct holding holding = {.hold = hold, .result = ret_result};
	merge_submit(store->holds, &holding);
	return holding.alone ? book_hold_alone(store->db, hold, &holding.row, ret_result)
	                     : holding.err;
}

/* ---- what the statements take ---- */

static int
by_number(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return (a > b) - (a < b);
}

/* Sorts numbers and leaves each once, without 0; returns how many there are. */
static size_t
numbers_tidy(uint64_t numbers[], size_t n)
{
	size_t kept = 0;
	qsort(numbers, n, sizeof(*numbers), by_number);
	for (size_t i = 0; i < n; i++)
		if (numbers[i] && (!kept || numbers[i] != numbers[kept - 1]))
			numbers[kept++] = numbers[i];
	return kept;
}

static enum err
numbers_write(const uint64_t numbers[], size_t n, struct buf *text)
{
	CLEANUP(json_p) struct json_object *list = json_new_array();
	for (size_t i = 0; i < n; i++)
		json_append(&list, json_object_new_uint64(numbers[i]));
	buf_reset(text);
	return list ? json_write(list, text) : ERR_MEMORY;
}

static enum err
holds_write(const struct batch *batch, struct buf *text)
{
	CLEANUP(json_p) struct json_object *list = json_new_array();
	for (size_t i = 0; i < batch->n; i++) {
		const struct book *book = &batch->all[i]->hold->book;
		struct json_object *item = json_new_object();
		json_put_u64(&item, "i", i);
		json_put_u64(&item, "room", book->room_id);
		json_put_u64(&item, "guest", book->guest_id);
		json_put_day(&item, "start", book->stay.start);
		json_put_day(&item, "end", book->stay.end);
		json_append(&list, item);
	}
	buf_reset(text);
	return list ? json_write(list, text) : ERR_MEMORY;
}

/* ---- locking, and reading ---- */

static enum err
offer_take(void *row, void *arg)
{
	const struct offer_row *offer = row;
	const struct batch *batch = arg;
	for (size_t i = 0; i < batch->n; i++)
		if (batch->all[i]->hold->book.room_id == offer->offer.room_id) {
			batch->all[i]->offer = *offer;
			batch->all[i]->has_offer = true;
		}
	return OK;
}

/* Whoever's room is not there, or is locked, leaves the batch. */
static enum err
offers_lock(struct batch *batch, struct buf *text)
{
	uint64_t rooms[MERGE_MAX];
	struct offer_row row;
	size_t n = 0;
	for (size_t i = 0; i < batch->n; i++) {
		rooms[i] = batch->all[i]->hold->book.room_id;
		batch->all[i]->has_offer = false;
	}
	enum err err = numbers_write(rooms, numbers_tidy(rooms, batch->n), text);
	if (err == OK)
		err = db_each(batch->conn, &book_table, SQL_OFFERS_LOCK, text, &row, offer_take,
		              batch);
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		batch->all[i]->alone = !batch->all[i]->has_offer;
		if (batch->all[i]->has_offer)
			batch->all[n++] = batch->all[i];
	}
	batch->n = err == OK ? n : batch->n;
	return err;
}

static void
decide(struct holding *holding, enum err err)
{
	holding->err = err;
	holding->decided = true;
}

/* What an earlier try, or an earlier request with the same key, has made. */
static enum err
earlier_find(const struct batch *batch)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		struct holding *holding = batch->all[i];
		struct hold_result *result = holding->result;
		err = book_hold_find_written(batch->conn, &holding->row.book, result);
		if (err == ERR_NOT_FOUND) {
			err = book_hold_find_by_key(batch->conn, &holding->hold->key,
			                            &result->book);
			if (err == OK)
				result->kind = HOLD_REPLAYED;
		}
		if (err == OK || err == ERR_KEY_REUSED)
			decide(holding, err);
		err = err == ERR_NOT_FOUND || err == ERR_KEY_REUSED ? OK : err;
	}
	return err;
}

static enum err
night_take(void *row, void *arg)
{
	const struct found_night *found = row;
	const struct batch *batch = arg;
	if (found->i >= batch->n)
		return ERR_BUG_HERE();
	struct hold_result *result = batch->all[found->i]->result;
	if (batch->all[found->i]->decided)
		return OK;
	if (result->n_taken == STAY_NIGHTS_MAX)
		return ERR_BUG_HERE();
	result->taken[result->n_taken++] = found->day;
	return OK;
}

static enum err
own_take(void *row, void *arg)
{
	const struct found_own *found = row;
	const struct batch *batch = arg;
	if (found->i >= batch->n)
		return ERR_BUG_HERE();
	struct holding *holding = batch->all[found->i];
	if (holding->decided)
		return OK;
	decide(holding, db_find(batch->conn, &book_table, SQL_BOOK_FIND, &found->id,
	                        &holding->result->book));
	holding->result->kind = HOLD_OWN;
	return holding->err;
}

static enum err
guest_take(void *row, void *arg)
{
	struct batch *batch = arg;
	if (batch->n_guests == MERGE_MAX)
		return ERR_BUG_HERE();
	batch->guests[batch->n_guests++] = *(struct guest_unpaid *)row;
	return OK;
}

/* Locks the guests in the order of their numbers, and counts what each has to pay. */
static enum err
guests_count(struct batch *batch, struct buf *text)
{
	uint64_t guests[MERGE_MAX];
	struct guest_unpaid row;
	for (size_t i = 0; i < batch->n; i++)
		guests[i] = batch->all[i]->hold->book.guest_id;
	const size_t n = numbers_tidy(guests, batch->n);
	batch->n_guests = 0;
	if (!n)
		return OK;
	enum err err = db_run_many(batch->conn, &book_table, SQL_GUEST_LOCK, guests,
	                           sizeof(*guests), n, NULL);
	if (err == OK)
		err = numbers_write(guests, n, text);
	return err == OK ? db_each(batch->conn, &book_table, SQL_GUESTS_UNPAID, text, &row,
	                           guest_take, batch)
	                 : err;
}

static enum err
facts_read(struct batch *batch, struct buf *text)
{
	struct found_night night;
	struct found_own own;
	enum err err = earlier_find(batch);
	if (err == OK)
		err = holds_write(batch, text);
	if (err == OK)
		err = db_each(batch->conn, &book_table, SQL_HOLDS_OWN, text, &own, own_take, batch);
	if (err == OK)
		err = db_each(batch->conn, &book_table, SQL_HOLDS_TAKEN, text, &night, night_take,
		              batch);
	return err == OK ? guests_count(batch, text) : err;
}

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

static struct guest_unpaid *
unpaid_of(struct batch *batch, uint64_t guest_id)
{
	for (size_t i = 0; guest_id && i < batch->n_guests; i++)
		if (batch->guests[i].guest_id == guest_id)
			return &batch->guests[i];
	return NULL;
}

static int
by_day(const void *left, const void *right)
{
	const day_t a = *(const day_t *)left, b = *(const day_t *)right;
	return (a > b) - (a < b);
}

static enum err
check(struct batch *batch, size_t i)
{
	struct holding *holding = batch->all[i];
	const struct book *book = &holding->hold->book;
	struct hold_result *result = holding->result;
	const struct guest_unpaid *guest = unpaid_of(batch, book->guest_id);
	result->offer = holding->offer.offer;
	enum err err = offer_check(&result->offer, holding->hold->night_price, book->currency);
	if (err != OK)
		return err;
	for (size_t j = 0; j < i; j++)
		if (batch->all[j]->goes && batch->all[j]->hold->book.room_id == book->room_id)
			taken_add(result, book->stay, batch->all[j]->hold->book.stay);
	qsort(result->taken, result->n_taken, sizeof(*result->taken), by_day);
	if (result->n_taken)
		return ERR_TAKEN;
	return guest && guest->unpaid >= holding->hold->guest_limit ? ERR_TOO_MANY : OK;
}

static void
holds_decide(struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		struct holding *holding = batch->all[i];
		struct guest_unpaid *guest = unpaid_of(batch, holding->hold->book.guest_id);
		holding->goes = false;
		for (size_t j = 0; j < i && !holding->decided; j++)
			holding->alone |= depends_on(holding, batch->all[j]);
		if (holding->decided || holding->alone)
			continue;
		enum err err = check(batch, i);
		holding->goes = err == OK;
		if (err != OK)
			decide(holding, err);
		else if (guest)
			guest->unpaid++;
	}
}

/* ---- writing ---- */

/* What a batch writes, one row of a table after the other. */
struct writing {
	struct book_row books[MERGE_MAX];
	struct night nights[MERGE_MAX * STAY_NIGHTS_MAX];
	struct step_row steps[MERGE_MAX];
	struct holding *of[MERGE_MAX]; /* whose books[i] is */
	size_t n, n_nights, n_ids;
};

static enum err
id_take(void *row, void *arg)
{
	struct writing *writing = arg;
	if (writing->n_ids == writing->n)
		return ERR_BUG_HERE();
	writing->books[writing->n_ids++].book.id = *(uint64_t *)row;
	return OK;
}

static enum err
books_add(const struct batch *batch, struct writing *writing)
{
	uint64_t id;
	enum err err = OK;
	writing->n = writing->n_ids = 0;
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		struct holding *holding = batch->all[i];
		if (!holding->goes)
			continue;
		writing->of[writing->n] = holding;
		err = book_hold_begin(holding->hold, holding->offer.now,
		                      &writing->books[writing->n++]);
	}
	if (err == OK)
		err = db_each_many(batch->conn, &book_table, SQL_BOOKS_ADD, writing->books,
		                   sizeof(*writing->books), writing->n, &id, id_take, writing);
	return err == OK && writing->n_ids != writing->n ? ERR_BUG_HERE() : err;
}

static enum err
nights_add(const struct batch *batch, struct writing *writing)
{
	writing->n_nights = 0;
	for (size_t i = 0; i < writing->n; i++) {
		const struct book *book = &writing->books[i].book;
		for (day_t day = book->stay.start; day < book->stay.end; day++)
			writing->nights[writing->n_nights++] = (struct night){
				.room_id = book->room_id, .day = day, .book_id = book->id};
	}
	return db_run_many(batch->conn, &book_table, SQL_NIGHT_TAKE, writing->nights,
	                   sizeof(*writing->nights), writing->n_nights, NULL);
}

static enum err
steps_add(const struct batch *batch, struct writing *writing)
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
keys_add(const struct batch *batch, const struct writing *writing)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < writing->n; i++)
		err = idempotency_add(batch->conn, &writing->of[i]->hold->key,
		                      writing->books[i].book.id);
	return err;
}

static enum err
batch_write(const struct batch *batch, struct writing *writing)
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
batch_hold(struct batch *batch, struct writing *writing)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(HOLDS_BYTES_MAX);
	for (size_t i = 0; i < batch->n; i++) {
		batch->all[i]->decided = batch->all[i]->goes = batch->all[i]->alone = false;
		*batch->all[i]->result = (struct hold_result){.kind = HOLD_REFUSED};
	}
	enum err err = offers_lock(batch, &text);
	if (err == OK && batch->n)
		err = facts_read(batch, &text);
	if (err != OK || !batch->n)
		return err;
	holds_decide(batch);
	return batch_write(batch, writing);
}

static enum err
hold_together(struct db *db, const struct batch *all)
{
	CLEANUP(free_p) struct writing *writing = calloc(1, sizeof(*writing));
	CLEANUP(free_p) struct batch *batch = calloc(1, sizeof(*batch));
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
	struct batch batch = {.n = n};
	for (size_t i = 0; i < n; i++)
		batch.all[i] = items[i];
	if (n == 1) {
		batch.all[0]->alone = true;
		return;
	}
	enum err err = hold_together(book_db(self), &batch);
	for (size_t i = 0; err != OK && i < n; i++) {
		batch.all[i]->alone = merge_may_be_tried_alone(err);
		batch.all[i]->err = err;
	}
}
