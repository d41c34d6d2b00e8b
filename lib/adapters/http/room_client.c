/* SPDX-License-Identifier: MIT */
/* room_client - GET /rooms/{id}: book asks room for what its own offers do not say yet. */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

static enum err
room_offer(void *self, uint64_t room_id, const struct origin *origin, uint32_t timeout_ms,
           struct offer *ret_offer)
{
	CLEANUP(json_p) struct json_object *answer = NULL;
	struct room room;
	long status;
	char path[64];
	snprintf(path, sizeof(path), "/rooms/%" PRIu64, room_id);
	struct http_call call = {
		.method = "GET", .path = path, .origin = origin, .timeout_ms = timeout_ms};
	enum err err = http_call(self, &call, &status, &answer);
	if (err == OK && status == 404 && http_is_problem(status, answer, "/problems/not-found"))
		return ERR_NOT_FOUND;
	if (err != OK || status != 200 || !answer || room_view_read(answer, &room) != OK ||
	    room.id != room_id || !room_is_valid(&room))
		return ERR_UNAVAILABLE;
	offer_of_room(&room, ret_offer);
	return OK;
}

enum err
room_client_open(const struct http_options *options, struct room_client *ret_client)
{
	struct http_client *client;
	enum err err = http_client_open(options, &client);
	if (err == OK)
		*ret_client = (struct room_client){.self = client, .offer = room_offer};
	return err;
}

void
room_client_close(struct room_client *client)
{
	http_client_close(client->self);
}
