/* SPDX-License-Identifier: MIT */
/*
 * PATCH /rooms/{id}, POST /rooms/{id} - the host changes the members that are given.
 *
 *	200  the changed room           404  the host has no such room
 *	412  it has another version     422  invalid body, or the key was used for another request
 */
#include "app/room/room.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"
#include "fcgi/room/room_response.h"

static const struct field body[] = {
	FIELD(room_change, to.name, TEXT, "name", OPTIONAL, .max = ROOM_NAME_CHARS,
              GIVEN(room_change, members, ROOM_NAME)),
	FIELD(room_change, to.description, LINES, "description", OPTIONAL,
              .max = ROOM_DESCRIPTION_CHARS, GIVEN(room_change, members, ROOM_DESCRIPTION)),
	FIELD(room_change, to.city, TEXT, "city", OPTIONAL, .max = ROOM_CITY_CHARS,
              GIVEN(room_change, members, ROOM_CITY)),
	FIELD(room_change, to.capacity, NUMBER, "capacity", OPTIONAL, .min = 1,
              .max = ROOM_CAPACITY_MAX, GIVEN(room_change, members, ROOM_CAPACITY)),
	FIELD(room_change, to.price, MONEY, "price", OPTIONAL, .min = 1, .max = ROOM_PRICE_MAX,
              .decimal = "amount", GIVEN(room_change, members, ROOM_PRICE)),
	FIELD_END};

enum err
room_update(const struct app *app, const struct request *req, struct response *res)
{
	struct room_change cmd = {
		.id = req->ids[0], .condition = req->condition, .origin = req->origin};
	struct room room;
	bool replayed;

	enum err err = request_command(req, body, &cmd, &cmd.key, res);
	if (err == OK)
		err = room_change(app, &cmd, &room, &replayed);
	if (err != OK)
		return err;
	if (replayed)
		response_replayed(res);
	return room_response(&room, &req->caller, res);
}
