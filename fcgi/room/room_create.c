/*
 * POST /rooms - a host offers a room.
 *
 *	201  registered                 409  the same key is being worked on
 *	422  not such a room, or the key came with another one
 */
#include "app/room.h"
#include "fcgi/fields.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"
#include "fcgi/room/room_answer.h"

#include <inttypes.h>

static const struct field body[] = {
	FIELD(room, name, TEXT, "name", OPTIONAL, .max = ROOM_NAME_CHARS),
	FIELD(room, description, LINES, "description", OPTIONAL, .max = ROOM_DESCRIPTION_CHARS),
	FIELD(room, city, TEXT, "city", OPTIONAL, .max = ROOM_CITY_CHARS),
	FIELD(room, capacity, NUMBER, "capacity", OPTIONAL, .min = 1, .max = ROOM_CAPACITY_MAX),
	FIELD(room, price, MONEY, "price", REQUIRED, .min = 1, .max = ROOM_PRICE_MAX),
	FIELD_END};

enum err
room_create(const struct app *app, const struct request *req, struct response *res)
{
	struct room_register cmd = {.key = req->key, .origin = req->origin};
	struct room room;
	bool replayed;

	enum err err = request_fields(req, body, &cmd.room, res);
	if (err == OK)
		err = room_register(app, &cmd, &room, &replayed);
	if (err != OK)
		return err;
	if (replayed)
		response_replayed(res);
	response_created(res, "/rooms/%" PRIu64, room.id);
	return room_answer(&room, res);
}
