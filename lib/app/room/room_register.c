/* SPDX-License-Identifier: MIT */
/* room_register - a host offers a room, or many at once, or changes what is offered. */
#include "app/room/room.h"

enum err
room_register(const struct app *app, const struct room_register *request, struct room *ret_room,
              bool *ret_replayed)
{
	struct room room = request->room;
	room_begin(&room, request->origin.caller.id, app->settings->currency);
	return app->rooms->enter(app->rooms->self, &room, &request->key, &request->origin, ret_room,
	                         ret_replayed);
}

enum err
room_register_all(const struct app *app, const struct rooms_register *request, bool *ret_replayed)
{
	for (size_t i = 0; i < request->n; i++)
		room_begin(&request->rooms[i], request->origin.caller.id, app->settings->currency);
	return app->rooms->enter_all(app->rooms->self, request->rooms, request->n, &request->key,
	                             &request->origin, ret_replayed);
}

enum err
room_change(const struct app *app, const struct room_change *change, struct room *ret_room,
            bool *ret_replayed)
{
	struct room_change own = *change;
	own.host_id = change->origin.caller.id;
	return app->rooms->change(app->rooms->self, &own, ret_room, ret_replayed);
}
