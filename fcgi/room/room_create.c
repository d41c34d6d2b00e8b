/* SPDX-License-Identifier: MIT */
/*
 * POST /rooms - a host offers a room.
 *
 *	201  registered                 409  the same request is still in progress
 *	422  invalid room, or the key was used for another request
 */
#include "adapters/json/room_fields.h"
#include "app/room/room.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"
#include "fcgi/room/room_response.h"

#include <inttypes.h>

enum err
room_create(const struct app *app, const struct request *req, struct response *res)
{
	struct room_register cmd = {.origin = req->origin};
	struct room room;
	bool replayed;

	enum err err = request_command(req, room_fields_new, &cmd.room, &cmd.key, res);
	if (err == OK)
		err = text_copy(cmd.room.language, sizeof(cmd.room.language),
		                language_name(req->language));
	if (err == OK)
		err = room_register(app, &cmd, &room, &replayed);
	if (err != OK)
		return err;
	if (replayed)
		response_replayed(res);
	char as[HAL_CALLER_TEXT];
	response_created(res, "/rooms/%" PRIu64 "%s", room.id,
	                 hal_caller(&req->caller, CALLER_HOST, as));
	return room_response(&room, &req->caller, res);
}
