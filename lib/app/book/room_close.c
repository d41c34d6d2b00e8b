/* SPDX-License-Identifier: MIT */
/* room_close - room has a room closed: book accepts no more bookings of it. */
#include "app/book/book.h"

enum err
room_close(const struct app *app, uint64_t room_id, bool cancel_bookings,
           const struct origin *origin)
{
	return app->books->room_close(app->books->self, room_id, cancel_bookings, app_today(app),
	                              origin);
}
