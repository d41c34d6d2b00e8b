/* SPDX-License-Identifier: MIT */
/*
 * room_response - a room with links, as the body of a response.
 */
#ifndef FCGI_ROOM_ROOM_RESPONSE_H
#define FCGI_ROOM_ROOM_RESPONSE_H

#include "base/err.h"
#include "domain/caller.h"
#include "domain/room/room.h"

struct json_object;
struct response;

/* The room with its links, for its host or for anybody (caller NULL). NULL: out of memory. */
struct json_object *room_item(const struct room *room, const struct caller *caller);

/* Answers with the room: body and ETag. ERR_MEMORY. */
MUST_CHECK enum err room_response(const struct room *room, const struct caller *caller,
                                  struct response *res);

#endif
