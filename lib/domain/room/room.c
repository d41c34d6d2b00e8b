/* room - how a room begins, and the offer that it makes. */
#include "domain/room/room.h"

#include <string.h>

void
room_begin(struct room *room, uint64_t host_id, const char currency[CURRENCY_TEXT])
{
	room->host_id = host_id;
	room->status = ROOM_OPEN;
	if (!room->capacity)
		room->capacity = ROOM_CAPACITY_DEFAULT;
	memcpy(room->currency, currency, CURRENCY_TEXT);
}

void
offer_of_room(const struct room *room, struct offer *ret_offer)
{
	*ret_offer = (struct offer){
		.room_id = room->id,
		.host_id = room->host_id,
		.sequence = room->version,
		.price = room->price,
		.capacity = room->capacity,
		.open = room->status == ROOM_OPEN,
	};
	memcpy(ret_offer->currency, room->currency, sizeof(ret_offer->currency));
}
