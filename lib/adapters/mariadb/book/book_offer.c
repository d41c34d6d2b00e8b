/* book_offer - what book knows of rooms: offers, their closing, and what else is free. */
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_transition.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <string.h>

/* ---- offers ---- */

struct offer_work {
	uint64_t room_id;
	struct offer offer;
};

static enum err
offer_find_work(struct db_conn *conn, void *arg)
{
	struct offer_work *work = arg;
	return db_find(conn, &book_table, SQL_OFFER_FIND, &work->room_id, &work->offer);
}

enum err
book_store_offer_find(void *self, uint64_t room_id, struct offer *ret_offer)
{
	struct offer_work work = {.room_id = room_id};
	enum err err = db_look(self, offer_find_work, &work);
	if (err == OK)
		*ret_offer = work.offer;
	return err;
}

static enum err
offer_put_work(struct db_conn *conn, void *arg)
{
	const struct offer *offer = arg;
	return db_run(conn, &book_table, SQL_OFFER_PUT, offer, NULL);
}

enum err
book_store_offer_put(void *self, const struct offer *offer)
{
	struct offer copy = *offer;
	return db_transact_again(self, offer_put_work, &copy);
}

struct events_work {
	const struct event **ordered;
	size_t n;
};

static enum err
offers_apply_work(struct db_conn *conn, void *arg)
{
	const struct events_work *work = arg;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < work->n; i++) {
		struct offer offer;
		if (event_kinds[work->ordered[i]->type].aggregate != AGGREGATE_ROOM)
			continue;
		offer_of_room(&work->ordered[i]->data.room, &offer);
		err = db_run(conn, &book_table, SQL_OFFER_PUT, &offer, NULL);
	}
	return err;
}

enum err
book_store_offers_apply(void *self, const struct event events[], size_t n)
{
	struct events_work work = {.n = n};
	enum err err = projection_order(events, n, &work.ordered);
	if (err != OK)
		return err;
	err = db_transact_again(self, offers_apply_work, &work);
	free(work.ordered);
	return err;
}

/* ---- closing ---- */

struct close_work {
	struct nights from; /* the room, and the first day that counts */
	bool cancel_bookings;
	const struct origin *origin;
	struct db_conn *conn;
};

static enum err
active_cancel(void *row, void *arg)
{
	const struct close_work *work = arg;
	const struct book_cause cause = {
		.action = BOOK_CANCEL, .why = "the room was closed", .origin = work->origin};
	return work->cancel_bookings ? book_move_apply(work->conn, row, &cause) : ERR_HAS_BOOKINGS;
}

static enum err
close_work(struct db_conn *conn, void *arg)
{
	struct close_work *work = arg;
	struct book_row row;
	work->conn = conn;
	enum err err = db_run(conn, &book_table, SQL_OFFER_ENSURE, &work->from.room_id, NULL);
	if (err == OK)
		err = db_each(conn, &book_table, SQL_BOOKS_ACTIVE, &work->from, &row, active_cancel,
		              work);
	return err == OK ? db_change(conn, &book_table, SQL_OFFER_CLOSE, &work->from.room_id) : err;
}

enum err
book_store_close_room(void *self, uint64_t room_id, bool cancel_bookings, day_t today,
                      const struct origin *origin)
{
	struct close_work work = {.from = {.room_id = room_id, .stay = {.start = today}},
	                          .cancel_bookings = cancel_bookings,
	                          .origin = origin};
	return db_transact_again(self, close_work, &work);
}

/* ---- alternatives ---- */

#define WINDOW_DAYS 60 /* how far from the wish another start is looked for, before and after */
#define WINDOW_MAX  (2 * WINDOW_DAYS + 1 + STAY_NIGHTS_MAX)
#define OTHERS_MAX  3

struct alternatives_work {
	uint64_t room_id;
	struct stay stay;
	uint32_t guests;
	day_t from;
	struct alternatives *ret;
};

/* Whether all nights of a stay are free, by the taken ones in ascending order. */
static bool
is_free(struct stay stay, const day_t taken[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (taken[i] >= stay.start && taken[i] < stay.end)
			return false;
	return true;
}

static void
stay_offer(struct alternatives_work *work, int shift, const day_t taken[], size_t n)
{
	struct alternatives *ret = work->ret;
	const struct stay stay = {work->stay.start + shift, work->stay.end + shift};
	if (ret->n_stays < ARRAY_SIZE(ret->stays) && stay.start >= work->from &&
	    stay.start <= work->from + STAY_DAYS_AHEAD && is_free(stay, taken, n))
		ret->stays[ret->n_stays++] = stay;
}

/* The same length, one day later, one day earlier, two days later ... */
static enum err
stays_find(struct db_conn *conn, struct alternatives_work *work)
{
	day_t taken[WINDOW_MAX];
	size_t n = 0;
	const struct nights range = {
		.room_id = work->room_id,
		.stay = {work->stay.start - WINDOW_DAYS, work->stay.end + WINDOW_DAYS}};
	enum err err = db_list(conn, &book_table, SQL_NIGHTS_TAKEN, &range, taken, WINDOW_MAX, &n);
	for (int days = 1; err == OK && days <= WINDOW_DAYS; days++) {
		stay_offer(work, days, taken, n);
		stay_offer(work, -days, taken, n);
	}
	return err;
}

/* Takes the nearer in price of what is left of both lists, until there are enough. */
static void
rooms_merge(struct alternatives *ret, money_t price, const struct other dearer[], size_t n_dearer,
            const struct other cheaper[], size_t n_cheaper)
{
	size_t d = 0, c = 0;
	while (ret->n_rooms < ARRAY_SIZE(ret->rooms) && (d < n_dearer || c < n_cheaper)) {
		const bool cheap =
			d == n_dearer ||
			(c < n_cheaper && price - cheaper[c].price < dearer[d].price - price);
		ret->rooms[ret->n_rooms++] = cheap ? cheaper[c++].room_id : dearer[d++].room_id;
	}
}

static enum err
rooms_find(struct db_conn *conn, struct alternatives_work *work, const struct offer *offer)
{
	struct other dearer[OTHERS_MAX], cheaper[OTHERS_MAX];
	size_t n_dearer = 0, n_cheaper = 0;
	struct other_args args = {.room_id = work->room_id,
	                          .price = offer->price,
	                          .guests = work->guests,
	                          .nights = (uint32_t)stay_nights(work->stay),
	                          .start = work->stay.start};
	memcpy(args.currency, offer->currency, sizeof(args.currency));
	enum err err = db_list(conn, &book_table, SQL_DEARER, &args, dearer, OTHERS_MAX, &n_dearer);
	if (err == OK)
		err = db_list(conn, &book_table, SQL_CHEAPER, &args, cheaper, OTHERS_MAX,
		              &n_cheaper);
	if (err == OK)
		rooms_merge(work->ret, offer->price, dearer, n_dearer, cheaper, n_cheaper);
	return err;
}

static enum err
alternatives_work(struct db_conn *conn, void *arg)
{
	struct alternatives_work *work = arg;
	struct offer offer;
	*work->ret = (struct alternatives){0};
	enum err err = db_find(conn, &book_table, SQL_OFFER_FIND, &work->room_id, &offer);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	if (offer.open && !offer.closed && work->guests <= offer.capacity)
		err = stays_find(conn, work);
	return err == OK ? rooms_find(conn, work, &offer) : err;
}

enum err
book_store_alternatives(void *self, uint64_t room_id, struct stay stay, uint32_t guests, day_t from,
                        struct alternatives *ret_alternatives)
{
	struct alternatives found;
	struct alternatives_work work = {
		.room_id = room_id, .stay = stay, .guests = guests, .from = from, .ret = &found};
	const int nights = stay_nights(stay);
	if (nights < 1 || nights > STAY_NIGHTS_MAX)
		return ERR_BUG_HERE();
	enum err err = db_look(self, alternatives_work, &work);
	if (err == OK)
		*ret_alternatives = found;
	return err;
}
