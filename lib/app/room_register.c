/* room_register - a host offers a room, or changes what is offered. */
#include "app/room.h"

#include <string.h>

enum err
room_register(const struct app *app, const struct room_register *request, struct room *ret_room,
              bool *ret_replayed)
{
	struct room room = request->room;
	room.host_id = request->origin.caller.id;
	room.status = ROOM_OPEN;
	if (!room.capacity)
		room.capacity = ROOM_CAPACITY_DEFAULT;
	memcpy(room.currency, app->settings->currency, sizeof(room.currency));
	return app->rooms->enter(app->rooms->self, &room, &request->key, &request->origin, ret_room,
	                         ret_replayed);
}

enum err
room_change(const struct app *app, const struct room_change *change, struct room *ret_room,
            bool *ret_replayed)
{
	struct room_change own = *change;
	own.host_id = change->origin.caller.id;
	return app->rooms->change(app->rooms->self, &own, ret_room, ret_replayed);
}
