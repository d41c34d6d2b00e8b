/* SPDX-License-Identifier: MIT */
#include "composition/room_index.h"

#include "adapters/files/shared_counter.h"
#include "adapters/mariadb/room/room_indexed.h"
#include "base/log.h"
#include "composition/composition.h"
#include "composition/options.h"

#include <errno.h>
#include <string.h>

static void
close_index(struct composition *composition)
{
	room_indexed_close(composition->room_indexed);
	db_close(composition->room_follow_db);
	shared_counter_close(composition->room_changes);
}

static enum err
open_index(struct composition *composition, struct db *follow_db)
{
	const struct settings *settings = composition->app.settings;
	/* Without it, changes are seen when the log is read next. */
	if (shared_counter_open(settings->run_dir, "rooms", &composition->room_changes) != OK)
		LOG(LOG_WARN, "room-counter", LOG_TEXT("error", strerror(errno)));
	const struct room_indexed_options options = {.db = composition->db,
	                                             .follow_db = follow_db,
	                                             .changes = composition->room_changes,
	                                             .bytes_max = ROOM_INDEXED_BYTES_MAX,
	                                             .stale_ms = ROOM_INDEXED_STALE_MS};
	enum err err = room_indexed_open(&options, &composition->room_indexed);
	if (err == OK)
		composition->rooms = room_indexed_store(composition->room_indexed);
	return err;
}

enum err
composition_note_room_changes(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	enum err err = composition_add_closer(composition, close_index);
	return err == OK ? open_index(composition, composition->db) : err;
}

enum err
composition_add_room_index(struct app *app)
{
	struct composition *composition = (struct composition *)app;
	struct db_options options = db_options(app->settings);
	options.pool = 1; /* following is done by one thread at a time */
	enum err err = composition_add_closer(composition, close_index);
	if (err == OK)
		err = db_open(&options, composition_log_trouble, &composition->room_follow_db);
	if (err == OK)
		err = open_index(composition, composition->room_follow_db);
	return err == OK ? room_indexed_start(composition->room_indexed) : err;
}

void
composition_room_index_metrics(const struct app *app, struct metrics *to)
{
	room_indexed_metrics(((const struct composition *)app)->room_indexed, to);
}
