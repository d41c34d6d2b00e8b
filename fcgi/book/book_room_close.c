/* SPDX-License-Identifier: MIT */
/*
 * POST /books/rooms/{roomId}/close - room closes a room for new bookings, for ever. For services
 * only.
 *
 *	204  closed                     401  not a service
 *	409  it has future bookings, and cancelBookings is not set
 */
#include "app/book/book.h"
#include "fcgi/book/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct book_room_close_body {
	bool cancel_bookings;
};

static const struct field body[] = {
	FIELD(book_room_close_body, cancel_bookings, BOOL, "cancelBookings", OPTIONAL), FIELD_END};

enum err
book_room_close(const struct app *app, const struct request *req, struct response *res)
{
	struct book_room_close_body cmd = {.cancel_bookings = false};
	enum err err = request_fields(req, body, &cmd, res);
	if (err == OK)
		err = room_close(app, req->ids[0], cmd.cancel_bookings, &req->origin);
	if (err != OK)
		return err;
	response_no_content(res);
	return OK;
}
