/* SPDX-License-Identifier: MIT */
/*
 * room - the use cases of offering rooms. Reads go to the room_store directly.
 */
#ifndef APP_ROOM_ROOM_H
#define APP_ROOM_ROOM_H

#include "app/app.h"

struct room_register {
	struct room room; /* what the host says of it; host, currency and the rest are given here */
	struct idempotency key;
	struct origin origin;
};

/* A host offers a room. ERR_KEY_REUSED. ret_replayed: the answer to the same request, again. */
MUST_CHECK enum err room_register(const struct app *app, const struct room_register *request,
                                  struct room *ret_room, bool *ret_replayed);

#define ROOMS_REGISTER_MAX 5000 /* in one go: it is one transaction */

struct rooms_register {
	struct room *rooms; /* what the host says of each; completed here */
	size_t n;           /* 1 to ROOMS_REGISTER_MAX */
	struct idempotency key;
	struct origin origin;
};

/* A host offers many rooms: all of them or none. ERR_KEY_REUSED. ret_replayed: they were registered
 * before with the same key, and nothing was done now. */
MUST_CHECK enum err room_register_all(const struct app *app, const struct rooms_register *request,
                                      bool *ret_replayed);

/* The owner changes a room. As room_store.change. */
MUST_CHECK enum err room_change(const struct app *app, const struct room_change *change,
                                struct room *ret_room, bool *ret_replayed);

struct room_delete {
	uint64_t id;
	struct precondition condition;
	bool cancel_bookings; /* cancel and refund future bookings instead of refusing */
	struct idempotency key;
	struct origin origin;
	int64_t deadline_ms; /* of monotonic_ms(): when the answer is due */
};

/*
 * The owner deletes a room: commits the intent, asks book to close it, commits Deleted.
 * ERR_NOT_FOUND; ERR_VERSION_CONFLICT; ERR_KEY_REUSED; ERR_HAS_BOOKINGS: the room stays; ERR_UNAVAILABLE: book
 * could not be asked, not yet known; room_finish_closings() repeats it until it is.
 */
MUST_CHECK enum err room_delete(const struct app *app, const struct room_delete *request,
                                struct room *ret_room, bool *ret_replayed);

/* worker-room: one round over the intents that stand open. ret_more: there may be more right now.
 */
MUST_CHECK enum err room_finish_closings(const struct app *app, bool *ret_more);

#endif
