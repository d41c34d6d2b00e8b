/* SPDX-License-Identifier: MIT */
/*
 * handlers - the handlers of fcgi-room; each file has the name of its handler.
 */
#ifndef FCGI_ROOM_HANDLERS_H
#define FCGI_ROOM_HANDLERS_H

#include "fcgi/router.h"

handler_fn room_calendar, room_create, room_remove, room_list, room_read, room_snapshot,
	room_update;

#endif
