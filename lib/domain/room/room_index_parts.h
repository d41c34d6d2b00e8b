/* SPDX-License-Identifier: MIT */
/* room_index_parts - what the files of room_index share. Inside them only. */
#ifndef DOMAIN_ROOM_ROOM_INDEX_PARTS_H
#define DOMAIN_ROOM_ROOM_INDEX_PARTS_H

#include "base/intern.h"
#include "domain/room/room_index.h"

#include <stddef.h>

#define WORD_BITS   64
#define BLOCK       8 /* words that are worked on together */
#define BLOCK_BITS  (BLOCK * WORD_BITS)
#define NIGHT_WORDS (ROOM_INDEX_NIGHTS / WORD_BITS)

/* Where the texts of an entry begin, one behind the other, each with its NUL. */
enum entry_text {
	ENTRY_NAME,
	ENTRY_DESCRIPTION,
	ENTRY_CITY,
	ENTRY_NAME_WEIGHTS,
	ENTRY_FOLDED,
	ENTRY_TEXT_MAX
};

/* A room in one piece of memory. */
struct entry {
	uint64_t id, host_id, version;
	money_t price;
	instant_t created_at, updated_at;
	uint32_t capacity, city; /* the city's number in room_index.cities */
	uint32_t size;           /* in bytes, of all of it */
	uint32_t at[ENTRY_TEXT_MAX];
	char currency[CURRENCY_TEXT], language[LANGUAGE_TEXT];
	uint64_t nights
		[NIGHT_WORDS]; /* those that are taken, as in the bitmaps; by the night's position */
	char texts[];
};

struct room_index {
	day_t first;
	char space[5];
	size_t bytes_max, entry_bytes;
	bool unsorted; /* between room_index_append() and room_index_sort() */

	size_t n, cap;    /* rooms; slots, a multiple of BLOCK_BITS */
	size_t used;      /* slots from 0 that have or had a room */
	uint32_t *vacant; /* those that have none any more */
	size_t n_vacant;
	struct entry **entries; /* by slot */
	uint32_t *price;        /* columns */
	uint64_t *host;
	uint8_t *capacity;
	uint64_t *present;                  /* bits of slots that have a room */
	uint64_t *taken[ROOM_INDEX_NIGHTS]; /* of the night with that position */
	uint32_t *order[ROOM_SORT_MAX];     /* n slots each, ascending */
	struct intern cities;               /* their weights */
};

static inline const char *
entry_text(const struct entry *entry, enum entry_text text)
{
	return entry->texts + entry->at[text];
}

static inline bool
bit_is_set(const uint64_t bits[], size_t at)
{
	return bits[at / WORD_BITS] >> at % WORD_BITS & 1;
}

/* The place of a night in the ring of bitmaps. */
static inline size_t
night_position(day_t night)
{
	const int at = night % ROOM_INDEX_NIGHTS;
	return (size_t)(at < 0 ? at + ROOM_INDEX_NIGHTS : at);
}

/* Puts a slot that has its entry into all orders, and takes it out again. */
void room_index_order_add(struct room_index *index, uint32_t slot);
void room_index_order_remove(struct room_index *index, uint32_t slot);

/* The first place of a city in the order of cities. */
size_t room_index_city_begin(const struct room_index *index, uint32_t city);

/* The slot of a room. */
bool room_index_find(const struct room_index *index, uint64_t id, uint32_t *ret_slot);

#endif
