/* SPDX-License-Identifier: MIT */
/*
 * book_hold - makes the nights of a room belong to a booking, or says why not.
 *
 * The row of the room's offer is locked first and stays locked until the end: others who want
 * nights of this room wait there, and nobody waits for a night. Under that lock the key is looked
 * up again, then everything that may refuse the hold is checked, then booking, nights, timeline and
 * key are written.
 */
#include "adapters/mariadb/book/book_hold.h"
#include "adapters/mariadb/book/book_apply.h"
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/idempotency.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define REFERENCE_DRAWS 4

static enum err
result_set(struct hold_result *result, enum hold_kind kind, const struct book *book)
{
	result->kind = kind;
	result->book = *book;
	return OK;
}

/* ---- what is there already ---- */

enum err
book_hold_find_written(struct db_conn *conn, const struct book *written, struct hold_result *result)
{
	struct book book;
	if (!written->id)
		return ERR_NOT_FOUND;
	enum err err = db_find(conn, &book_table, SQL_BOOK_BY_REF, written->reference, &book);
	return err == OK ? result_set(result, HOLD_MADE, &book) : err;
}

enum err
book_hold_find_by_key(struct db_conn *conn, const struct idempotency *key, struct book *ret_book)
{
	uint64_t id;
	enum err err = idempotency_find(conn, key, &id);
	return err == OK ? db_find(conn, &book_table, SQL_BOOK_FIND, &id, ret_book) : err;
}

enum err
book_store_replay(void *self, const struct idempotency *key, struct book *ret_book)
{
	struct book book = {0};
	if (!idempotency_given(key))
		return ERR_NOT_FOUND;
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try))
		try.err = book_hold_find_by_key(try.conn, key, &book);
	if (try.err == OK)
		*ret_book = book;
	return try.err;
}

/* ERR_NOT_FOUND: this guest does not have this stay in this room. Guest 0 is anonymous. */
static enum err
find_by_stay(struct db_conn *conn, const struct book *wanted, struct hold_result *result)
{
	struct book book;
	if (!wanted->guest_id)
		return ERR_NOT_FOUND;
	enum err err = db_find(conn, &book_table, SQL_BOOK_OWN, wanted, &book);
	return err == OK ? result_set(result, HOLD_OWN, &book) : err;
}

/* ---- what refuses a hold ---- */

static enum err
check_nights(struct db_conn *conn, const struct book *wanted, struct hold_result *result)
{
	const struct nights nights = {.room_id = wanted->room_id, .stay = wanted->stay};
	enum err err = db_list(conn, &book_table, SQL_NIGHTS_TAKEN, &nights, result->taken,
	                       STAY_NIGHTS_MAX, &result->n_taken);
	return err == OK && result->n_taken ? ERR_TAKEN : err;
}

/* The lock of the guest's row makes holds of one guest in several rooms count each other. */
static enum err
count_guest(struct db_conn *conn, const struct book_row *row, struct unpaid_counts *counts)
{
	const uint64_t guest_id = row->book.guest_id;
	enum err err = db_run(conn, &book_table, SQL_GUEST_LOCK, &guest_id, NULL);
	if (err != OK)
		return err;
	return db_find(conn, &book_table, SQL_GUEST_UNPAID, &guest_id, &counts->of_guest);
}

static int
by_number(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return (a > b) - (a < b);
}

/* Nobody in particular has no row, so those of what is counted are locked; everybody does so in the order of
 * their numbers. */
static enum err
count_nobody(struct db_conn *conn, const struct book_row *row, struct unpaid_counts *counts)
{
	const struct {
		const char *counted;
		unsigned statement;
		uint64_t *count;
	} all[] = {{row->client, SQL_CLIENT_UNPAID, &counts->of_client},
	           {row->book.contact.email, SQL_EMAIL_UNPAID, &counts->of_email},
	           {row->book.contact.phone, SQL_PHONE_UNPAID, &counts->of_phone}};
	uint64_t locks[ARRAY_SIZE(all)];
	size_t n = 0;
	enum err err = OK;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (*all[i].counted)
			locks[n++] = book_count_lock(all[i].counted);
	qsort(locks, n, sizeof(*locks), by_number);
	for (size_t i = 0; err == OK && i < n; i++)
		err = db_run(conn, &book_table, SQL_GUEST_LOCK, &locks[i], NULL);
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(all); i++)
		if (*all[i].counted)
			err = db_find(conn, &book_table, all[i].statement, row, all[i].count);
	return err;
}

/* Writes to the row what may be mailed, of which there is a limit, too. */
static enum err
count_mailings(struct db_conn *conn, struct book_row *row)
{
	struct contact *contact = &row->book.contact;
	uint64_t mailings = 0;
	enum err err = OK;
	if (contact->mailing != MAILING_FEW)
		return OK;
	if (row->book.guest_id || *row->client)
		err = db_find(conn, &book_table,
		              row->book.guest_id ? SQL_GUEST_MAILED : SQL_CLIENT_MAILED, row,
		              &mailings);
	contact->mailing = contact_mailing_within(contact->mailing, mailings);
	return err;
}

static enum err
check_guest(struct db_conn *conn, const struct book_hold *hold, struct book_row *row)
{
	struct unpaid_counts counts = {.of_guest = 0};
	enum err err = OK;
	if (!row->book.guest_id && !hold->nobody_counts)
		return OK;
	err = row->book.guest_id ? count_guest(conn, row, &counts)
	                         : count_nobody(conn, row, &counts);
	if (err == OK && book_guest_limit_reached(&counts, hold->guest_limit))
		return ERR_TOO_MANY;
	return err == OK ? count_mailings(conn, row) : err;
}

static enum err
check_pending(struct db_conn *conn, const struct book_hold *hold)
{
	uint64_t unpaid = 0;
	if (!hold->pending_limit)
		return OK;
	enum err err = db_find(conn, &book_table, SQL_UNPAID, &hold->pending_limit, &unpaid);
	if (err != OK)
		return err;
	return book_limit_reached(unpaid, hold->pending_limit) ? ERR_PAY_UNAVAILABLE : OK;
}

static enum err
check_hold(struct db_conn *conn, const struct book_hold *hold, const struct offer *offer,
           struct book_row *row, struct hold_result *result)
{
	result->offer = *offer;
	enum err err = offer_check(offer, hold->night_price, hold->book.currency);
	if (err == OK)
		err = check_nights(conn, &hold->book, result);
	if (err == OK)
		err = check_guest(conn, hold, row);
	return err == OK ? check_pending(conn, hold) : err;
}

/* ---- writing ---- */

/* Two bookings may draw the same reference, though hardly ever: then another one is drawn. */
static enum err
book_add(struct db_conn *conn, struct book_row *row)
{
	unsigned char random[8];
	enum err err = db_insert(conn, &book_table, SQL_BOOK_ADD, row, &row->book.id);
	for (int draws = 1; err == ERR_DUPLICATE && draws < REFERENCE_DRAWS; draws++) {
		err = random_bytes(random, sizeof(random));
		if (err != OK)
			return err;
		book_reference(random, row->book.reference);
		err = db_insert(conn, &book_table, SQL_BOOK_ADD, row, &row->book.id);
	}
	return err == ERR_DUPLICATE ? ERR_CONFLICT : err;
}

/* We hold the room's lock, so a duplicate key means a writer that bypassed it. Retry: the check
 * will then see the night. */
static enum err
nights_take(struct db_conn *conn, const struct book *book)
{
	const struct nights nights = {.room_id = book->room_id,
	                              .book_id = book->id,
	                              .stay = book->stay,
	                              .n = (uint32_t)stay_nights(book->stay)};
	uint64_t taken = 0;
	enum err err = db_run(conn, &book_table, SQL_NIGHTS_TAKE, &nights, &taken);
	if (err == ERR_DUPLICATE)
		return ERR_CONFLICT;
	return err == OK && taken != nights.n ? ERR_BUG_HERE() : err;
}

enum err
book_hold_begin(const struct book_hold *hold, instant_t now, struct book_row *ret_row)
{
	*ret_row = (struct book_row){.book = hold->book, .now = now};
	memcpy(ret_row->client, hold->client, sizeof(ret_row->client));
	book_begin(&ret_row->book, now, hold->hold_s);
	idempotency_digest(&hold->key, ret_row->key_digest);
	return text_copy(ret_row->token, sizeof(ret_row->token), hold->token);
}

static enum err
hold_write(struct db_conn *conn, const struct book_hold *hold, instant_t now, struct book_row *row)
{
	const enum contact_mailing mailing = row->book.contact.mailing;
	enum err err = book_hold_begin(hold, now, row);
	row->book.contact.mailing = mailing; /* as it was counted */
	if (err == OK)
		err = book_add(conn, row);
	if (err == OK)
		err = nights_take(conn, &row->book);
	if (err == OK)
		err = book_step_add(conn, &row->book, BOOK_REQUESTED, BOOK_WHY_HELD, &hold->origin);
	return err == OK ? idempotency_add(conn, &hold->key, row->book.id) : err;
}

/* row: the booking of this try; on entry that of the previous try, which may have been committed. */
static enum err
hold_make(struct db_conn *conn, const struct book_hold *hold, struct book_row *row,
          struct hold_result *result)
{
	struct offer_row offer;
	struct book found;
	enum err err = db_find(conn, &book_table, SQL_OFFER_LOCK, &hold->book.room_id, &offer);
	if (err != OK)
		return err;
	err = book_hold_find_written(conn, &row->book, result);
	if (err == ERR_NOT_FOUND) {
		err = book_hold_find_by_key(conn, &hold->key, &found);
		if (err == OK)
			return result_set(result, HOLD_REPLAYED, &found);
	}
	if (err == ERR_NOT_FOUND)
		err = find_by_stay(conn, &hold->book, result);
	if (err != ERR_NOT_FOUND)
		return err;
	*row = (struct book_row){.book = hold->book};
	memcpy(row->client, hold->client, sizeof(row->client));
	err = check_hold(conn, hold, &offer.offer, row, result);
	if (err == OK)
		err = hold_write(conn, hold, offer.now, row);
	return err == OK ? result_set(result, HOLD_MADE, &row->book) : err;
}

enum err
book_hold_alone(struct db *db, const struct book_hold *hold, struct book_row *row,
                struct hold_result *ret_result)
{
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		*ret_result = (struct hold_result){.kind = HOLD_REFUSED};
		try.err = hold_make(try.conn, hold, row, ret_result);
	}
	return try.err;
}

enum err
book_store_hold(void *self, const struct book_hold *hold, struct hold_result *ret_result)
{
	const int nights = stay_nights(hold->book.stay);
	if (nights < 1 || nights > STAY_NIGHTS_MAX)
		return ERR_BUG_HERE();
	struct book_row row = {0};
	if (book_hold_goes_with_others(hold))
		return book_hold_with_others(self, hold, ret_result);
	return book_hold_alone(book_db(self), hold, &row, ret_result);
}
