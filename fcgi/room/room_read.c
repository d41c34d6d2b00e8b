/* SPDX-License-Identifier: MIT */
/*
 * GET /rooms/{id} - one room; deleted rooms as well.
 *
 *	200  the room                   304  its version is the one of If-None-Match
 *	404  no such room
 */
#include "app/app.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"
#include "fcgi/room/room_response.h"

enum err
room_read(const struct app *app, const struct request *req, struct response *res)
{
	struct room room;
	enum err err = app->rooms->find(app->rooms->self, req->ids[0], &room);
	if (err != OK)
		return err;
	return room_response(&room, &req->caller, res);
}
