/* SPDX-License-Identifier: MIT */
/*
 * room_search - the part of the room store that searches by free nights.
 *
 * It knows the taken stays from book's events, so it may lag behind; only book's own table decides
 * about a night.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_SEARCH_H
#define ADAPTERS_MARIADB_ROOM_ROOM_SEARCH_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table room_search_table;

/* A decomposed text has up to three times as many bytes. */
#define ROOM_DECOMPOSED_SIZE (3 * TEXT_SIZE(ROOM_NAME_CHARS))

/* Rooms that an earlier version stored may have decomposed texts, which no collation compares as equal: a search looks
 * for both forms. ERR_MEMORY. */
MUST_CHECK enum err room_search_decompose(const char *text, char ret_text[ROOM_DECOMPOSED_SIZE]);

/* As in struct room_store; self is the struct db of room's database. */
MUST_CHECK enum err room_search_store_search(void *self, const struct room_search *search,
                                             room_found *visit, void *arg, uint64_t *ret_total);
MUST_CHECK enum err room_search_store_calendar(void *self, uint64_t room_id, struct stay range,
                                               void (*visit)(void *arg, day_t night), void *arg);
MUST_CHECK enum err room_search_store_stays_apply(void *self, const struct event events[],
                                                  size_t n);

#endif
