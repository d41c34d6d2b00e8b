/* SPDX-License-Identifier: MIT */
/*
 * room_index - adds an index in memory to the room store of a composition: see
 * adapters/mariadb/room/room_indexed.h.
 *
 * Each is for a composition that is open already, with STORE_ROOMS; composition_close() ends it, whatever the outcome.
 * ERR_MEMORY, ERR_SYSTEM.
 */
#ifndef COMPOSITION_ROOM_INDEX_H
#define COMPOSITION_ROOM_INDEX_H

#include "app/app.h"
#include "app/metrics.h"

/* Searches are answered from an index, which a thread keeps. */
MUST_CHECK enum err composition_add_room_index(struct app *app);

/* There is no index, but programs of this machine that have one see each change in their next search. */
MUST_CHECK enum err composition_note_room_changes(struct app *app);

/* Adds the metrics of the index. */
void composition_room_index_metrics(const struct app *app, struct metrics *to);

#endif
