/*
 * room_answer - a room as the handlers of this program answer it.
 */
#ifndef FCGI_ROOM_ROOM_ANSWER_H
#define FCGI_ROOM_ROOM_ANSWER_H

#include "base/err.h"
#include "domain/room/room.h"

struct json_object;
struct response;

/* The room with its links. NULL: out of memory. */
struct json_object *room_item(const struct room *room);

/* Answers with the room as it stands: body and ETag. ERR_MEMORY. */
MUST_CHECK enum err room_answer(const struct room *room, struct response *res);

#endif
