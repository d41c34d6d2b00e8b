/* SPDX-License-Identifier: MIT */
/*
 * room_response - a room with links, as the body of a response.
 */
#ifndef FCGI_ROOM_ROOM_RESPONSE_H
#define FCGI_ROOM_ROOM_RESPONSE_H

#include "base/err.h"
#include "domain/room/room.h"

struct json_object;
struct response;

/* The room with its links. NULL: out of memory. */
struct json_object *room_item(const struct room *room);

/* Answers with the room: body and ETag. ERR_MEMORY. */
MUST_CHECK enum err room_response(const struct room *room, struct response *res);

#endif
