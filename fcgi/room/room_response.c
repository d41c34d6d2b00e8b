/* SPDX-License-Identifier: MIT */
#include "fcgi/room/room_response.h"

#include "adapters/json/view.h"
#include "fcgi/hal.h"
#include "fcgi/response.h"

#include <inttypes.h>

struct json_object *
room_item(const struct room *room, const struct caller *caller)
{
	struct json_object *item;
	char as[HAL_CALLER_TEXT] = "";
	if (room_view(room, &item) != OK)
		return NULL;
	if (caller)
		hal_caller(caller, CALLER_HOST, as);
	hal_link(&item, "self", "/rooms/%" PRIu64 "%s", room->id, as);
	hal_link(&item, "calendar", "/rooms/%" PRIu64 "/calendar", room->id);
	return item;
}

enum err
room_response(const struct room *room, const struct caller *caller, struct response *res)
{
	response_etag(res, room->version);
	return response_body(res, room_item(room, caller));
}
