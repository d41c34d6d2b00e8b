/* SPDX-License-Identifier: MIT */
/*
 * DELETE /rooms/{id}, POST /rooms/{id}/delete - the host deletes a room; with cancelBookings its
 * future bookings are cancelled and refunded.
 *
 *	200  deleted                    404  the host has no such room
 *	409  it has future bookings     412  it has another version
 *	422  invalid body, or the key was used for another request
 *	503  book did not answer, so the outcome is open; worker-room asks again until it is known
 */
#include "app/room/room.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"
#include "fcgi/room/room_response.h"

static const struct field input[] = {
	FIELD(room_delete, cancel_bookings, BOOL, "cancelBookings", OPTIONAL), FIELD_END};

enum err
room_remove(const struct app *app, const struct request *req, struct response *res)
{
	struct room_delete cmd = {.id = req->ids[0],
	                          .condition = req->condition,
	                          .origin = req->origin,
	                          .deadline_ms = req->deadline_ms};
	struct room room;
	bool replayed;

	enum err query = request_query(req, input, &cmd, res);
	enum err err = request_command(req, input, &cmd, &cmd.key, res);
	if (err == OK)
		err = query;
	if (err == OK)
		err = room_delete(app, &cmd, &room, &replayed);
	if (err != OK) {
		if (err == ERR_HAS_BOOKINGS)
			response_detail(
				res,
				"The room has future bookings. Send cancelBookings=true to cancel "
				"and refund them.");
		if (err == ERR_UNAVAILABLE)
			response_detail(
				res,
				"It is not yet known whether the room has future bookings. The "
				"deletion goes on by itself when the booking service answers.");
		return err;
	}
	if (replayed)
		response_replayed(res);
	return room_response(&room, &req->caller, res);
}
