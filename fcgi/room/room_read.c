/* SPDX-License-Identifier: MIT */
/*
 * GET /rooms/{id} - one room; deleted rooms as well. With role=host its host looks at it.
 *
 *	200  the room                   304  its version is the one of If-None-Match
 *	404  no such room               401  role=host, and nobody is signed in
 */
#include "app/app.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"
#include "fcgi/room/room_host_check.h"
#include "fcgi/room/room_response.h"

struct room_read_query {
	unsigned role; /* index into role_names */
};

static const struct field query[] = {
	FIELD(room_read_query, role, CHOICE, "role", OPTIONAL, .choices = role_names), FIELD_END};

enum err
room_read(const struct app *app, const struct request *req, struct response *res)
{
	struct room_read_query input = {.role = 0};
	struct room room;
	enum err err = request_query(req, query, &input, res);
	if (err == OK && role_at(input.role) == ROLE_HOST)
		err = room_host_check(req, res);
	if (err == OK)
		err = app->rooms->find(app->rooms->self, req->ids[0], &room);
	if (err != OK)
		return err;
	return room_response(&room, &req->caller, res);
}
