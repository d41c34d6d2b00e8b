/* SPDX-License-Identifier: MIT */
/* book_offer - the offers that book keeps of rooms, their closing, and alternatives. */
#include "adapters/mariadb/book/book_apply.h"
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <string.h>

/* ---- offers ---- */

enum err
book_store_offer_find(void *self, uint64_t room_id, struct offer *ret_offer)
{
	return lookup_find(((struct book_mariadb *)self)->offers, room_id, ret_offer);
}

enum err
book_store_offer_put(void *self, const struct offer *offer)
{
	struct db_try try = db_begin(book_db(self), DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &book_table, SQL_OFFER_PUT, offer, NULL);
	return try.err;
}

enum err
book_store_offers_apply(void *self, const struct event events[], size_t n)
{
	CLEANUP(free_p) const struct event **ordered = NULL;
	enum err err = projection_order(events, n, &ordered);
	if (err != OK)
		return err;
	struct db_try try = db_begin(book_db(self), DB_IDEMPOTENT);
	while (db_next(&try))
		for (size_t i = 0; try.err == OK && i < n; i++) {
			struct offer offer;
			if (event_kinds[ordered[i]->type].aggregate != AGGREGATE_ROOM)
				continue;
			offer_of_room(&ordered[i]->data.room, &offer);
			try.err = db_run(try.conn, &book_table, SQL_OFFER_PUT, &offer, NULL);
		}
	return try.err;
}

/* ---- closing ---- */

/* What happens to each active booking of a room that is closed. */
struct closing {
	struct db_conn *conn;
	bool cancel_bookings;
	struct book_cause cause;
};

static enum err
active_cancel(void *row, void *arg)
{
	const struct closing *closing = arg;
	if (!closing->cancel_bookings)
		return ERR_HAS_BOOKINGS;
	return book_transition(closing->conn, row, &closing->cause);
}

enum err
book_store_room_close(void *self, uint64_t room_id, bool cancel_bookings, day_t today,
                      const struct origin *origin)
{
	const struct nights from = {.room_id = room_id, .stay = {.start = today}};
	struct closing closing = {
		.cancel_bookings = cancel_bookings,
		.cause = {.action = BOOK_CANCEL, .why = BOOK_WHY_ROOM_CLOSED, .origin = origin}};
	struct book_row row;
	struct db_try try = db_begin(book_db(self), DB_IDEMPOTENT);
	while (db_next(&try)) {
		closing.conn = try.conn;
		try.err = db_run(try.conn, &book_table, SQL_OFFER_ENSURE, &room_id, NULL);
		if (try.err == OK)
			try.err = db_each(try.conn, &book_table, SQL_BOOKS_ACTIVE, &from, &row,
			                  active_cancel, &closing);
		if (try.err == OK)
			try.err =
				db_change_locked(try.conn, &book_table, SQL_OFFER_CLOSE, &room_id);
	}
	return try.err;
}

/* ---- alternatives ---- */

static enum err
stays_find(struct db_conn *conn, uint64_t room_id, struct stay stay, day_t from,
           struct alternatives *ret)
{
	day_t taken[ALTERNATIVE_NIGHTS_MAX];
	size_t n = 0;
	const struct nights range = {.room_id = room_id, .stay = alternatives_range(stay)};
	enum err err = db_list(conn, &book_table, SQL_NIGHTS_TAKEN, &range, taken,
	                       ALTERNATIVE_NIGHTS_MAX, &n);
	if (err == OK)
		alternatives_choose_stays(stay, from, taken, n, ret);
	return err;
}

/* The nearest in price may be all dearer or all cheaper, so as many of each are read. */
static enum err
rooms_find(struct db_conn *conn, const struct offer *offer, struct stay stay, uint32_t guests,
           struct alternatives *ret)
{
	struct priced_room rooms[2 * ALTERNATIVE_ROOMS_MAX];
	size_t dearer = 0, cheaper = 0;
	struct other_args args = {.room_id = offer->room_id,
	                          .price = offer->price,
	                          .guests = guests,
	                          .nights = (uint32_t)stay_nights(stay),
	                          .start = stay.start};
	memcpy(args.currency, offer->currency, sizeof(args.currency));
	enum err err = db_list(conn, &book_table, SQL_DEARER, &args, rooms, ALTERNATIVE_ROOMS_MAX,
	                       &dearer);
	if (err == OK)
		err = db_list(conn, &book_table, SQL_CHEAPER, &args, rooms + dearer,
		              ALTERNATIVE_ROOMS_MAX, &cheaper);
	if (err == OK)
		alternatives_choose_rooms(offer->price, rooms, dearer + cheaper, ret);
	return err;
}

static enum err
alternatives_find(struct db_conn *conn, uint64_t room_id, struct stay stay, uint32_t guests,
                  day_t from, struct alternatives *ret)
{
	struct offer offer;
	enum err err = db_find(conn, &book_table, SQL_OFFER_FIND, &room_id, &offer);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	if (offer_is_bookable(&offer) && guests <= offer.capacity)
		err = stays_find(conn, room_id, stay, from, ret);
	return err == OK ? rooms_find(conn, &offer, stay, guests, ret) : err;
}

enum err
book_store_alternatives(void *self, uint64_t room_id, struct stay stay, uint32_t guests, day_t from,
                        struct alternatives *ret_alternatives)
{
	const int nights = stay_nights(stay);
	if (nights < 1 || nights > STAY_NIGHTS_MAX)
		return ERR_BUG_HERE();
	struct alternatives found = {0};
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try)) {
		found = (struct alternatives){0};
		try.err = alternatives_find(try.conn, room_id, stay, guests, from, &found);
	}
	if (try.err == OK)
		*ret_alternatives = found;
	return try.err;
}
