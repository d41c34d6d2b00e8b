/* room - the offer that a room makes. */
#include "domain/room.h"

#include <string.h>

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
