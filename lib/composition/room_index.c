/* SPDX-License-Identifier: MIT */
#include "composition/room_index.h"

#include "adapters/files/shared_counter.h"
#include "adapters/mariadb/room/room_indexed.h"
#include "base/log.h"
#include "composition/composition.h"

#include <errno.h>
#include <string.h>

static void
close_index(struct composition *composition)
{
	room_indexed_close(composition->room_indexed);
	shared_counter_close(composition->room_changes);
}

enum err
composition_note_room_changes(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	enum err err = composition_add_closer(composition, close_index);
	if (err != OK)
		return err;
	/* Without it, changes are seen when the log is read next. */
	if (shared_counter_open(app->settings->run_dir, "rooms", &composition->room_changes) != OK)
		LOG(LOG_WARN, "room-counter", LOG_TEXT("error", strerror(errno)));
	const struct room_indexed_options options = {.db = composition->db,
	                                             .changes = composition->room_changes,
	                                             .bytes_max = ROOM_INDEXED_BYTES_MAX,
	                                             .stale_ms = ROOM_INDEXED_STALE_MS};
	err = room_indexed_open(&options, &composition->room_indexed);
	if (err == OK)
		composition->rooms = room_indexed_store(composition->room_indexed);
	return err;
}

enum err
composition_add_room_index(struct app *app)
{
	enum err err = composition_note_room_changes(app);
	return err == OK ? room_indexed_start(((struct composition *)app)->room_indexed) : err;
}

void
composition_room_index_metrics(const struct app *app, struct metrics *to)
{
	room_indexed_metrics(((const struct composition *)app)->room_indexed, to);
}
