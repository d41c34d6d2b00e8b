/* SPDX-License-Identifier: MIT */
/* book_hold_batch - what has to be known of holds that are made together, each kind by one statement. */
#include "adapters/mariadb/book/book_hold_batch.h"

#include "adapters/json/json.h"
#include "adapters/mariadb/id_list.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define HOLD_BYTES_MAX 1024 /* of the JSON text of one */
#define HOLD_LOCKS_MAX 3    /* network, e-mail, telephone number */

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

/* What it is counted by. Whoever has an account is counted by that alone. */
static void
counted_put(struct json_object **item, const struct book_hold *hold)
{
	json_put_bool(item, "few", hold->book.contact.mailing == MAILING_FEW);
	if (hold->book.guest_id || !hold->nobody_counts)
		return;
	json_put_text(item, "client", hold->client);
	json_put_text(item, "email", hold->book.contact.email);
	json_put_text(item, "phone", hold->book.contact.phone);
}

static enum err
holds_write(const struct hold_batch *batch, struct buf *text)
{
	CLEANUP(json_p) struct json_object *list = json_new_array();
	for (size_t i = 0; i < batch->n; i++) {
		const struct book_hold *hold = batch->all[i]->hold;
		const struct book *book = &hold->book;
		struct json_object *item = json_new_object();
		json_put_u64(&item, "i", i);
		json_put_u64(&item, "room", book->room_id);
		json_put_u64(&item, "guest", book->guest_id);
		json_put_day(&item, "start", book->stay.start);
		json_put_day(&item, "end", book->stay.end);
		counted_put(&item, hold);
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
	const struct hold_batch *batch = arg;
	for (size_t i = 0; i < batch->n; i++)
		if (batch->all[i]->hold->book.room_id == offer->offer.room_id) {
			batch->all[i]->offer = *offer;
			batch->all[i]->has_offer = true;
		}
	return OK;
}

/* Those whose offers are not locked leave the batch. */
static void
offerless_leave(struct hold_batch *batch)
{
	size_t n = 0;
	for (size_t i = 0; i < batch->n; i++) {
		batch->all[i]->alone = !batch->all[i]->has_offer;
		if (batch->all[i]->has_offer)
			batch->all[n++] = batch->all[i];
	}
	batch->n = n;
}

enum err
hold_batch_lock(struct hold_batch *batch)
{
	CLEANUP(buf_done) struct buf ids = BUF_INIT(ID_LIST_BYTES(MERGE_MAX));
	uint64_t rooms[MERGE_MAX];
	struct offer_row row;
	if (batch->waits)
		return db_find(batch->conn, &book_table, SQL_OFFER_LOCK,
		               &batch->all[0]->hold->book.room_id, &batch->all[0]->offer);
	for (size_t i = 0; i < batch->n; i++) {
		rooms[i] = batch->all[i]->hold->book.room_id;
		batch->all[i]->has_offer = false;
	}
	enum err err = id_list_write(rooms, numbers_tidy(rooms, batch->n), &ids);
	if (err == OK)
		err = db_each(batch->conn, &book_table, SQL_OFFERS_LOCK, &ids, &row, offer_take,
		              batch);
	if (err == OK)
		offerless_leave(batch);
	return err;
}

/* What an earlier try, or an earlier request with the same key, has made. */
static enum err
earlier_find(const struct hold_batch *batch)
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
			hold_decided(holding, err);
		err = err == ERR_NOT_FOUND || err == ERR_KEY_REUSED ? OK : err;
	}
	return err;
}

static enum err
night_take(void *row, void *arg)
{
	const struct found_night *found = row;
	const struct hold_batch *batch = arg;
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
	const struct hold_batch *batch = arg;
	if (found->i >= batch->n)
		return ERR_BUG_HERE();
	struct holding *holding = batch->all[found->i];
	if (holding->decided)
		return OK;
	hold_decided(holding, db_find(batch->conn, &book_table, SQL_BOOK_FIND, &found->id,
	                              &holding->result->book));
	holding->result->kind = HOLD_OWN;
	return holding->err;
}

static enum err
counts_take(void *row, void *arg)
{
	const struct hold_counts *counts = row;
	const struct hold_batch *batch = arg;
	if (counts->i >= batch->n)
		return ERR_BUG_HERE();
	batch->all[counts->i]->counts = *counts;
	return OK;
}

/* The numbers of the rows that are locked while a hold is counted. Whoever has an account
 * has a row of a guest; nobody in particular locks rows of what is counted. */
static size_t
count_locks_of(const struct book_hold *hold, uint64_t locks[HOLD_LOCKS_MAX])
{
	const char *const counted[] = {hold->client, hold->book.contact.email,
	                               hold->book.contact.phone};
	size_t n = 0;
	if (hold->book.guest_id)
		locks[n++] = hold->book.guest_id;
	else if (hold->nobody_counts)
		for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
			if (*counted[i])
				locks[n++] = book_count_lock(counted[i]);
	return n;
}

/* Locks who is counted in the order of their numbers, then counts. */
static enum err
holds_count(struct hold_batch *batch, const struct buf *holds)
{
	uint64_t locks[MERGE_MAX * HOLD_LOCKS_MAX];
	struct hold_counts row;
	size_t n = 0;
	for (size_t i = 0; i < batch->n; i++)
		n += count_locks_of(batch->all[i]->hold, locks + n);
	n = numbers_tidy(locks, n);
	if (!n)
		return OK;
	enum err err = db_run_many(batch->conn, &book_table, SQL_GUEST_LOCK, locks, sizeof(*locks),
	                           n, NULL);
	return err == OK ? db_each(batch->conn, &book_table, SQL_HOLDS_COUNTED, holds, &row,
	                           counts_take, batch)
	                 : err;
}

static enum err
unpaid_count(const struct hold_batch *batch)
{
	struct holding *holding = batch->all[0];
	const uint32_t limit = holding->hold->pending_limit;
	holding->unpaid = 0;
	return limit ? db_find(batch->conn, &book_table, SQL_UNPAID, &limit, &holding->unpaid) : OK;
}

enum err
hold_batch_read(struct hold_batch *batch)
{
	CLEANUP(buf_done) struct buf holds = BUF_INIT(MERGE_MAX * HOLD_BYTES_MAX);
	struct found_night night;
	struct found_own own;
	enum err err = earlier_find(batch);
	if (err == OK)
		err = holds_write(batch, &holds);
	if (err == OK)
		err = db_each(batch->conn, &book_table, SQL_HOLDS_OWN, &holds, &own, own_take,
		              batch);
	if (err == OK)
		err = db_each(batch->conn, &book_table, SQL_HOLDS_TAKEN, &holds, &night, night_take,
		              batch);
	if (err == OK)
		err = holds_count(batch, &holds);
	return err == OK && batch->waits ? unpaid_count(batch) : err;
}
