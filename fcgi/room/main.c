/* SPDX-License-Identifier: MIT */
/* fcgi-room - rooms: offered by hosts, searched by guests. */
#include "base/mem.h"
#include "composition/clients.h"
#include "composition/composition.h"
#include "composition/room_index.h"
#include "composition/tokens.h"
#include "fcgi/room/handlers.h"
#include "fcgi/service.h"

#define PAGE "/host-room.html"

static const struct route routes[] = {
	{GET, "/rooms", room_list, .open = true, .caller = CALLER_HOST, .fields = true},
	{POST, "/rooms", room_create, .page = PAGE, .caller = CALLER_HOST, .fields = true},
	{GET, "/rooms/{id}", room_read, .open = true, .caller = CALLER_HOST},
	{PATCH, "/rooms/{id}", room_update, .guarded = true, .caller = CALLER_HOST, .fields = true},
	{POST, "/rooms/{id}", room_update, .guarded = true, .page = PAGE, .caller = CALLER_HOST,
         .fields = true},
	{DELETE, "/rooms/{id}", room_remove, .guarded = true, .caller = CALLER_HOST,
         .fields = true},
	{POST, "/rooms/{id}/delete", room_remove, .guarded = true, .page = PAGE,
         .caller = CALLER_HOST, .fields = true},
	{GET, "/rooms/snapshot", room_snapshot, .caller = CALLER_NONE, .internal = true},
	{GET, "/rooms/{id}/calendar", room_calendar, .open = true, .caller = CALLER_HOST,
         .fields = true},
};

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err = composition_open(settings, STORE_ROOMS, ret_app);
	if (err == OK)
		err = composition_add_credentials(*ret_app, "room");
	if (err == OK)
		err = composition_add_service_issuer(*ret_app, "room");
	if (err == OK)
		err = composition_add_book_client(*ret_app);
	return err == OK ? composition_add_room_index(*ret_app) : err;
}

static enum err
key_find(const struct app *app, const struct idempotency *key)
{
	struct room room;
	return app->rooms->replay(app->rooms->self, key, &room);
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	composition_room_index_metrics(app, to);
	composition_metrics(app, to);
}

static const struct service service = {
	.name = "fcgi-room",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = app_open,
	.close = composition_close,
	.key_find = key_find,
	.ready = composition_ready,
	.metrics = app_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
