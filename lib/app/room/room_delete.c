/* SPDX-License-Identifier: MIT */
/* room_delete - intent, close at book, Deleted; and what a crash in between left open. */
#include "app/room/room.h"

#include "base/clock.h"

#define ROUND_MAX        20
#define CLOSE_TIMEOUT_MS 5000 /* it may cancel a year of bookings */
#define ROUND_LIMIT_MS   10000
#define CLOSING_AGE_MS   2000 /* a younger intent is still being worked on by its request */

struct closings {
	struct room_closing list[ROUND_MAX];
	size_t n;
};

/* Asks book and commits what it decided. */
static enum err
close_and_finish(const struct app *app, const struct room_closing *closing, int64_t deadline_ms,
                 struct room *ret_room)
{
	const struct room_store *rooms = app->rooms;
	const uint32_t timeout_ms = ms_until(deadline_ms, CLOSE_TIMEOUT_MS);
	if (!timeout_ms)
		return ERR_UNAVAILABLE;
	enum err err = app->book_client->room_close(app->book_client->self, closing->room_id,
	                                            closing->cancel_bookings, &closing->origin,
	                                            timeout_ms);
	if (err == OK)
		return rooms->closing_finish(rooms->self, closing, ret_room);
	if (err != ERR_HAS_BOOKINGS)
		return ERR_UNAVAILABLE; /* the intent stands and is tried again */
	err = rooms->closing_withdraw(rooms->self, closing->room_id);
	return err == OK ? ERR_HAS_BOOKINGS : err;
}

/* A request with the same key may have finished since the first look: then its room is the answer. */
static enum err
closing_begin(const struct app *app, const struct room_closing *closing, struct room *ret_room,
              bool *ret_replayed)
{
	const struct room_store *rooms = app->rooms;
	enum err err = rooms->closing_begin(rooms->self, closing);
	if (err != ERR_NOT_FOUND)
		return err;
	err = rooms->replay(rooms->self, &closing->key, ret_room);
	*ret_replayed = err == OK;
	return err;
}

enum err
room_delete(const struct app *app, const struct room_delete *request, struct room *ret_room,
            bool *ret_replayed)
{
	const struct room_closing closing = {.room_id = request->id,
	                                     .host_id = request->origin.caller.id,
	                                     .condition = request->condition,
	                                     .cancel_bookings = request->cancel_bookings,
	                                     .key = request->key,
	                                     .origin = request->origin};
	enum err err = app->rooms->replay(app->rooms->self, &request->key, ret_room);
	*ret_replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	err = closing_begin(app, &closing, ret_room, ret_replayed);
	if (err != OK || *ret_replayed)
		return err;
	return close_and_finish(app, &closing, request->deadline_ms, ret_room);
}

static void
note_closing(void *arg, const struct room_closing *closing)
{
	struct closings *closings = arg;
	closings->list[closings->n++] = *closing;
}

/* Goes through all of them: one that fails again and again must not hold up those behind it. */
static enum err
finish_each(const struct app *app, const struct closings *closings)
{
	int64_t until = monotonic_ms() + ROUND_LIMIT_MS;
	enum err first = OK;
	for (size_t i = 0; i < closings->n && monotonic_ms() < until; i++) {
		struct room room;
		enum err err = close_and_finish(app, &closings->list[i],
		                                monotonic_ms() + CLOSE_TIMEOUT_MS, &room);
		if (err != OK && err != ERR_HAS_BOOKINGS && first == OK)
			first = err;
	}
	return first;
}

enum err
room_finish_closings(const struct app *app, bool *ret_more)
{
	struct closings closings = {.n = 0};
	enum err err = app->rooms->closings(app->rooms->self, CLOSING_AGE_MS, ROUND_MAX,
	                                    note_closing, &closings);
	if (err == OK)
		err = finish_each(app, &closings);
	if (err == OK)
		*ret_more = closings.n == ROUND_MAX;
	return err;
}
