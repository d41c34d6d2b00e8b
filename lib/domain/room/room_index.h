/* SPDX-License-Identifier: MIT */
/*
 * room_index - open rooms and their taken nights in memory, laid out to be searched.
 *
 * A room has a slot: a place in columns (price, capacity, city, host) and a bit in one bitmap for each night of
 * a window. A search combines the bitmaps of its nights, which leaves the rooms that are free for all of them, drops
 * those whose columns do not fit, and counts what is left: an exact total. It takes its page from an order, an array of
 * slots for each sort. docs/architecture.md draws it.
 *
 * What a text is equal to, and what comes after it, the caller says: a collation is no business of this.
 *
 * Not thread-safe: any number may search at the same time, while nobody changes it.
 */
#ifndef DOMAIN_ROOM_ROOM_INDEX_H
#define DOMAIN_ROOM_ROOM_INDEX_H

#include "domain/room/room.h"
#include "domain/stay.h"

/* 64 x 7; a stay ends at most STAY_DAYS_AHEAD + STAY_NIGHTS_MAX days from today. */
#define ROOM_INDEX_NIGHTS 448

struct room_index;

/* A room with its texts as they are compared. Both weights are hexadecimal digits, four for each weight of the
 * collation's characters; of equal texts they are equal. */
struct room_index_row {
	const struct room *room;
	const char *name_weights, *city_weights;
	/* Name, city and description with equal characters made the same, and between them something that
	 * no text has. */
	const char *folded;
};

/* A member that is 0 or NULL does not narrow the search; stay counts if it has nights. */
struct room_index_query {
	struct stay stay; /* all of its nights are in the window */
	const struct stay_choice
		*choice; /* in place of stay: at least one of them; NULL: none is given */
	uint64_t room_id;
	uint32_t guests;
	money_t max_price; /* for one night */
	bool of_host;
	uint64_t host_id;
	const char *city[2]; /* weights: one of the two, if the first is given */
	const char *text[2]; /* folded: somewhere one of the two, if the first is given */
	enum room_sort sort;
	bool descending;
	uint64_t offset; /* rooms before the page */
	uint32_t limit;  /* of the page */
};

/*
 * An empty index, whose window begins with the night `first`. space_weights is the weight of a space, four digits:
 * the shorter of two texts is compared as if spaces followed it. It takes at most bytes_max of memory. ERR_MEMORY.
 */
MUST_CHECK enum err room_index_new(day_t first, const char space_weights[5], size_t bytes_max,
                                   struct room_index **ret_index);

/* Takes NULL. */
void room_index_free(struct room_index *index);

/* Whether a room is there exactly so. */
bool room_index_has(const struct room_index *index, const struct room_index_row *row);

/* Adds an open room, or changes it. ERR_MEMORY; ERR_TOO_LARGE: more than bytes_max; after both the index is as it
 * was. */
MUST_CHECK enum err room_index_put(struct room_index *index, const struct room_index_row *row);

/* The same for many rooms, by ascending number and each for the first time, without keeping the orders: nothing is
 * searched or removed until room_index_sort(). */
MUST_CHECK enum err room_index_append(struct room_index *index, const struct room_index_row *row);
void room_index_sort(struct room_index *index);

/* Removes a room, if it is there. Whether it was. */
bool room_index_remove(struct room_index *index, uint64_t id);

/* Sets which nights of a room are taken: those of these stays, and no others. Nights outside the window are
 * ignored, and so is a room that is not there. */
void room_index_set_stays(struct room_index *index, uint64_t id, const struct stay stays[],
                          size_t n);

/* Whether that would change nothing. */
bool room_index_has_stays(const struct room_index *index, uint64_t id, const struct stay stays[],
                          size_t n);

/* Lets the window begin with a later night. The nights that are new in it are free. */
void room_index_move(struct room_index *index, day_t first);

day_t room_index_first(const struct room_index *index);

/* Whether all nights of a stay are in the window; one without nights is. */
bool room_index_covers(const struct room_index *index, struct stay stay);

/* The room with the lowest number over `after`; false: there is none. */
bool room_index_next(const struct room_index *index, uint64_t after, uint64_t *ret_id);

size_t room_index_rooms(const struct room_index *index);
size_t room_index_bytes(const struct room_index *index);

/* Shows the rooms of a page in their order; ret_total counts all pages. ERR_MEMORY. */
MUST_CHECK enum err room_index_search(const struct room_index *index,
                                      const struct room_index_query *query, room_found *visit,
                                      void *arg, uint64_t *ret_total);

#endif
