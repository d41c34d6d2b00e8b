/* SPDX-License-Identifier: MIT */
/*
 * load - stores invented rooms and bookings in every context, as the services and workers would have.
 *
 * What a context owns is inserted by multi-row statements; what it takes from events goes through the same
 * functions of its store that its worker calls, or by the same text. No event is published, so the stream
 * `history` has none of it.
 *
 * Work is done in batches, from the highest ids down: the first batch raises the counters of the tables, so that
 * whoever books meanwhile gets ids above. A batch is complete in every context before the next one begins.
 */
#ifndef TOOLS_LOAD_LOAD_H
#define TOOLS_LOAD_LOAD_H

#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/mypage/mypage_store.h"
#include "adapters/mariadb/room/room_store.h"
#include "app/app.h"
#include "tools/load/demo_data.h"

#define LOAD_BATCH 1024 /* rooms or bookings */

struct loader {
	const struct settings *settings;
	struct demo demo;
	struct db *room, *book, *pay, *mypage, *alarm;
	struct room_store rooms;
	struct book_store books;
	struct mypage_store mypages;
};

/* Opens the databases of all contexts, as an administrator. loader_close(), whatever the outcome. */
MUST_CHECK enum err loader_open(const struct settings *settings, struct loader *ret_loader);
void loader_close(struct loader *loader);

/* Sets the first id of the demo's rooms, or of its bookings and payments, to a free one: free while others make
 * few, so ask just before storing. */
MUST_CHECK enum err loader_room_ids(struct loader *loader);
MUST_CHECK enum err loader_booking_ids(struct loader *loader);

/* Stores n rooms, or bookings, from the i-th on; n is LOAD_BATCH at most. Outcomes are those of transactions. */
MUST_CHECK enum err load_rooms(const struct loader *loader, uint64_t i, size_t n);
MUST_CHECK enum err load_bookings(const struct loader *loader, uint64_t i, size_t n);

/* Stores what alarm has of a batch: the notifications of approved payments and bookings, each in its inbox. */
MUST_CHECK enum err load_notifications(const struct loader *loader, const struct event events[],
                                       size_t n);

/* What alarm has of rooms: their names, and the notifications of their hosts. */
MUST_CHECK enum err load_labels(const struct loader *loader, const struct event events[], size_t n);

#endif
