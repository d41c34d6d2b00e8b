/* SPDX-License-Identifier: MIT */
/*
 * ports - what room needs from outside: its store, and book. What holds for all ports is in
 * app/ports.h.
 */
#ifndef APP_ROOM_PORTS_H
#define APP_ROOM_PORTS_H

#include "app/paging.h"
#include "domain/caller.h"
#include "domain/event.h"
#include "domain/room/room.h"

/* A member that is 0 or "" does not narrow the search; stay counts if it has nights. */
struct room_search {
	enum room_status status; /* ROOM_OPEN, 0, unless Deleted ones are asked for */
	uint64_t room_id;
	struct stay stay;
	struct stay_choice choice; /* in place of stay, if there are any: at least one of them */
	uint32_t guests;
	money_t max_price;                     /* for one night */
	char text[TEXT_SIZE(ROOM_NAME_CHARS)]; /* somewhere in name, description or city */
	char city[TEXT_SIZE(ROOM_CITY_CHARS)]; /* the whole city, in upper or lower case */
	bool of_host;                          /* only rooms of host_id */
	uint64_t host_id;
	struct paging paging;
};

struct room_change {
	uint64_t id;
	uint64_t host_id; /* only a room of this host is changed */
	struct precondition condition;
	unsigned members; /* bits of enum room_member */
	struct room to;   /* the new values of those members */
	struct idempotency key;
	struct origin origin;
};

/* The intent to delete a room. */
struct room_closing {
	uint64_t room_id;
	uint64_t host_id;              /* only a room of this host is deleted */
	struct precondition condition; /* on the room as it is when the intent is committed */
	bool cancel_bookings;
	struct idempotency key; /* commits with the deletion, whoever finishes it */
	struct origin origin;
};

struct room_store {
	void *self;

	/* The room that a key made, changed or deleted, as it is now. ERR_NOT_FOUND: the key is new,
	 * or "". ERR_KEY_REUSED. */
	enum err (*replay)(void *self, const struct idempotency *key, struct room *ret_room);

	/*
	 * Stores a new room and RoomRegistered. The store sets id, version, times and status. If
	 * the key was used before: ret_replayed, and the room as it is now. ERR_KEY_REUSED.
	 */
	enum err (*enter)(void *self, const struct room *room, const struct idempotency *key,
	                  const struct origin *origin, struct room *ret_room, bool *ret_replayed);

	/*
	 * The same for n rooms (at least 1): stores all of them with their events and the key, or
	 * none. ret_replayed: the key was used before, and nothing was stored now.
	 * ERR_KEY_REUSED.
	 */
	enum err (*enter_all)(void *self, const struct room rooms[], size_t n,
	                      const struct idempotency *key, const struct origin *origin,
	                      bool *ret_replayed);

	/* Finds Deleted rooms, too. ERR_NOT_FOUND. */
	enum err (*find)(void *self, uint64_t id, struct room *ret_room);

	/*
	 * Changes an Open room and stores RoomChanged. If no value differs, there is no new version
	 * and no event. ERR_NOT_FOUND (also: another host's, or Deleted), ERR_VERSION_CONFLICT,
	 * ERR_KEY_REUSED. If the key was used before: ret_replayed.
	 */
	enum err (*change)(void *self, const struct room_change *change, struct room *ret_room,
	                   bool *ret_replayed);

	/* Rooms of one status; with a stay only those that are free for all of it. ret_total counts all
	 * pages. */
	enum err (*search)(void *self, const struct room_search *search, room_found *visit,
	                   void *arg, uint64_t *ret_total);

	/* All rooms, also Deleted ones, as their last events published them. */
	enum err (*snapshot)(void *self, const struct keyset_page *page,
	                     void (*visit)(void *arg, const struct room *room), void *arg);

	/* The taken nights of a room in a range, ascending. ERR_NOT_FOUND. */
	enum err (*calendar)(void *self, uint64_t room_id, struct stay range,
	                     void (*visit)(void *arg, day_t night), void *arg);

	/*
	 * Deleting, first half: commits the intent to close an Open room, so that any process can
	 * finish it. The room stays Open until the second half. A second request for the same room
	 * joins the intent, and replaces it unless the first one cancels bookings and the second
	 * does not. The intent is withdrawn when every request that joined it has withdrawn.
	 * ERR_NOT_FOUND (also: another host's, or Deleted), ERR_VERSION_CONFLICT.
	 */
	enum err (*closing_begin)(void *self, const struct room_closing *closing);

	/* Second half: Deleted, RoomDeleted, and the keys of this request and of the intent.
	 * Idempotent. ERR_NOT_FOUND. */
	enum err (*closing_finish)(void *self, const struct room_closing *closing,
	                           struct room *ret_room);

	/* Or, if book refused: withdraws the intent. An intent that cancels bookings stays. */
	enum err (*closing_withdraw)(void *self, uint64_t id);

	/* Up to max intents that are at least age_ms old, oldest first; without host and condition. */
	enum err (*closings)(void *self, uint32_t age_ms, size_t max,
	                     void (*visit)(void *arg, const struct room_closing *closing),
	                     void *arg);

	/* Consumer: copies the nights that book's events name, for the search only. All events or
	 * none. */
	enum err (*stays_apply)(void *self, const struct event events[], size_t n);

	/* Deletes up to max keys that are older, oldest first. ret_n: how many. */
	enum err (*keys_purge)(void *self, instant_t before, size_t max, size_t *ret_n);

	/* Deletes up to max entries of the log of changed rooms that every reader has seen. */
	enum err (*changes_purge)(void *self, size_t max, size_t *ret_n);
};

/* Calls book. ERR_HAS_BOOKINGS; ERR_UNAVAILABLE: it may or may not have closed the room. */
struct book_client {
	void *self;
	enum err (*room_close)(void *self, uint64_t room_id, bool cancel_bookings,
	                       const struct origin *origin, uint32_t timeout_ms);
};

#endif
