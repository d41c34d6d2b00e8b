/* SPDX-License-Identifier: MIT */
/* book_client - POST /books/rooms/{id}/close: room asks book to close a room. */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/json/json.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

static enum err
room_close(void *self, uint64_t room_id, bool cancel_bookings, const struct origin *origin,
           uint32_t timeout_ms)
{
	CLEANUP(json_p) struct json_object *body = json_new_object();
	CLEANUP(json_p) struct json_object *answer = NULL;
	long status;
	char path[64];
	json_put_bool(&body, "cancelBookings", cancel_bookings);
	if (!body)
		return ERR_UNAVAILABLE;
	snprintf(path, sizeof(path), "/books/rooms/%" PRIu64 "/close", room_id);
	struct http_call call = {.method = "POST",
	                         .path = path,
	                         .body = body,
	                         .origin = origin,
	                         .timeout_ms = timeout_ms,
	                         .called = "book"};
	enum err err = http_call(self, &call, &status, &answer);
	if (err == OK && status == 409 &&
	    http_is_problem(status, answer, "/problems/room-has-bookings"))
		return ERR_HAS_BOOKINGS;
	return err == OK && status == 204 ? OK : ERR_UNAVAILABLE;
}

enum err
book_client_open(const struct http_options *options, struct book_client *ret_client)
{
	struct http_client *client;
	enum err err = http_client_open(options, &client);
	if (err == OK)
		*ret_client = (struct book_client){.self = client, .room_close = room_close};
	return err;
}

void
book_client_close(struct book_client *client)
{
	http_client_close(client->self);
}
