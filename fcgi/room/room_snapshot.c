/* SPDX-License-Identifier: MIT */
/*
 * GET /rooms/snapshot - every room, deleted ones too, as its last event has it, by id.
 * For services only (snapshot.h).
 *
 *	200  one keyset page            401  not a service
 *	422  invalid query
 */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "app/app.h"
#include "fcgi/room/handlers.h"
#include "fcgi/snapshot.h"

static void
append(void *arg, const struct room *room)
{
	struct json_object **items = arg, *item = NULL;
	json_append(items, room_view(room, &item) == OK ? item : NULL);
}

static enum err
page_read(const struct app *app, const struct keyset_page *page, struct json_object **items)
{
	return app->rooms->snapshot(app->rooms->self, page, append, items);
}

enum err
room_snapshot(const struct app *app, const struct request *req, struct response *res)
{
	return snapshot_respond(app, req, "rooms", page_read, res);
}
