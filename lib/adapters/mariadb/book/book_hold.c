/*
 * book_hold - the nights of a room come to belong to a book, or it is said why not.
 *
 * The offer's row is locked first and stays so to the end: whoever else wants nights of this room
 * waits there, and nobody waits for a night. Its lock had, the key is looked at again, then what
 * may refuse the hold, then book, nights, timeline and key are written.
 */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_transition.h"
#include "adapters/mariadb/idempotency.h"

#include <string.h>

struct hold_work {
	const struct book_hold *hold;
	struct hold_result *result;
	struct book_row row; /* as it is written */
	bool written;        /* an earlier try came to its COMMIT */
};

static enum err
already(struct hold_work *work, enum hold_kind kind, const struct book *book)
{
	work->result->kind = kind;
	work->result->book = *book;
	return OK;
}

/* The COMMIT of an earlier try got lost: the reference tells whether it happened.
 * ERR_NOT_FOUND: it did not. */
static enum err
find_own_work(struct db_conn *conn, struct hold_work *work)
{
	struct book book;
	if (!work->written)
		return ERR_NOT_FOUND;
	enum err err = db_find(conn, &book_table, SQL_BOOK_BY_REF, work->row.book.reference, &book);
	return err == OK ? already(work, HOLD_MADE, &book) : err;
}

/* ERR_NOT_FOUND: the key is new. */
static enum err
find_by_key(struct db_conn *conn, struct hold_work *work)
{
	struct book book;
	uint64_t id;
	enum err err = idempotency_find(conn, &work->hold->key, &id);
	if (err == OK)
		err = db_find(conn, &book_table, SQL_BOOK_FIND, &id, &book);
	return err == OK ? already(work, HOLD_REPLAYED, &book) : err;
}

/* ERR_NOT_FOUND: this guest does not have this stay in this room. Guest 0 is nobody. */
static enum err
find_by_stay(struct db_conn *conn, struct hold_work *work)
{
	struct book book;
	if (!work->hold->book.guest_id)
		return ERR_NOT_FOUND;
	enum err err = db_find(conn, &book_table, SQL_BOOK_OWN, &work->hold->book, &book);
	return err == OK ? already(work, HOLD_OWN, &book) : err;
}

/* What is there already instead of a new hold. ERR_NOT_FOUND: nothing. */
static enum err
find_earlier(struct db_conn *conn, struct hold_work *work)
{
	enum err err = find_own_work(conn, work);
	if (err == ERR_NOT_FOUND)
		err = find_by_key(conn, work);
	if (err == ERR_NOT_FOUND)
		err = find_by_stay(conn, work);
	return err;
}

static enum err
check_offer(struct hold_work *work, const struct offer *offer)
{
	work->result->offer = *offer;
	if (!offer->open || offer->closed)
		return ERR_NOT_FOUND;
	if (offer->price != work->hold->night_price ||
	    strcmp(offer->currency, work->hold->book.currency) != 0)
		return ERR_PRICE_CHANGED;
	return OK;
}

static enum err
check_nights(struct db_conn *conn, struct hold_work *work)
{
	const struct nights nights = {.room_id = work->hold->book.room_id,
	                              .stay = work->hold->book.stay};
	struct hold_result *result = work->result;
	enum err err = db_list(conn, &book_table, SQL_NIGHTS_TAKEN, &nights, result->taken,
	                       STAY_NIGHTS_MAX, &result->n_taken);
	return err == OK && result->n_taken ? ERR_TAKEN : err;
}

/* The lock of the guest's row makes holds of one guest in several rooms count each other. */
static enum err
check_guest(struct db_conn *conn, const struct book_hold *hold)
{
	uint64_t unpaid = 0;
	const uint64_t guest_id = hold->book.guest_id;
	if (!guest_id)
		return OK;
	enum err err = db_run(conn, &book_table, SQL_GUEST_LOCK, &guest_id, NULL);
	if (err == OK)
		err = db_find(conn, &book_table, SQL_GUEST_UNPAID, &guest_id, &unpaid);
	return err == OK && unpaid >= hold->guest_limit ? ERR_TOO_MANY : err;
}

static enum err
check_pending(struct db_conn *conn, const struct book_hold *hold)
{
	uint64_t unpaid = 0;
	if (!hold->pending_limit)
		return OK;
	enum err err = db_find(conn, &book_table, SQL_UNPAID, &hold->pending_limit, &unpaid);
	return err == OK && unpaid >= hold->pending_limit ? ERR_PAY_UNAVAILABLE : err;
}

static enum err
check_hold(struct db_conn *conn, struct hold_work *work, const struct offer *offer)
{
	enum err err = check_offer(work, offer);
	if (err == OK)
		err = check_nights(conn, work);
	if (err == OK)
		err = check_guest(conn, work->hold);
	return err == OK ? check_pending(conn, work->hold) : err;
}

static enum err
row_of_hold(const struct book_hold *hold, instant_t now, struct book_row *ret_row)
{
	*ret_row = (struct book_row){.book = hold->book, .now = now};
	struct book *book = &ret_row->book;
	book->status = BOOK_REQUESTED;
	book->version = 1;
	book->pay_id = 0;
	book->pay_until = now + (instant_t)hold->hold_s * 1000;
	book->created_at = book->updated_at = now;
	return text_copy(ret_row->token, sizeof(ret_row->token), hold->token);
}

/* Two bookings may draw the same reference, though hardly ever: another one is drawn. */
static enum err
book_add(struct db_conn *conn, struct book_row *row)
{
	enum err err = ERR_DUPLICATE;
	for (int draws = 0; err == ERR_DUPLICATE && draws < 4; draws++) {
		unsigned char random[8];
		if (draws) {
			err = random_bytes(random, sizeof(random));
			if (err != OK)
				return err;
			book_reference(random, row->book.reference);
		}
		err = db_insert(conn, &book_table, SQL_BOOK_ADD, row, &row->book.id);
	}
	return err == ERR_DUPLICATE ? ERR_CONFLICT : err;
}

/* The nights were looked at under the lock: one that is taken now is held by nobody who keeps to
 * it. Tried again, the hold will see it. */
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

static enum err
write_hold(struct db_conn *conn, struct hold_work *work, instant_t now)
{
	const struct book_hold *hold = work->hold;
	struct book_row *row = &work->row;
	enum err err = row_of_hold(hold, now, row);
	if (err == OK)
		err = book_add(conn, row);
	if (err == OK)
		err = nights_take(conn, &row->book);
	if (err == OK)
		err = book_step_add(conn, &row->book, BOOK_REQUESTED, "the nights are held",
		                    &hold->origin);
	if (err == OK)
		err = idempotency_add(conn, &hold->key, row->book.id);
	if (err != OK)
		return err;
	work->written = true;
	return already(work, HOLD_MADE, &row->book);
}

static enum err
hold_work(struct db_conn *conn, void *arg)
{
	struct hold_work *work = arg;
	struct offer_row offer;
	*work->result = (struct hold_result){.kind = HOLD_REFUSED};
	enum err err =
		db_find(conn, &book_table, SQL_OFFER_LOCK, &work->hold->book.room_id, &offer);
	if (err != OK)
		return err;
	err = find_earlier(conn, work);
	if (err != ERR_NOT_FOUND)
		return err;
	err = check_hold(conn, work, &offer.offer);
	return err == OK ? write_hold(conn, work, offer.now) : err;
}

enum err
book_store_hold(void *self, const struct book_hold *hold, struct hold_result *ret_result)
{
	const int nights = stay_nights(hold->book.stay);
	if (nights < 1 || nights > STAY_NIGHTS_MAX)
		return ERR_BUG_HERE();
	struct hold_work work = {.hold = hold, .result = ret_result};
	return db_transact_again(self, hold_work, &work);
}
