/* SPDX-License-Identifier: MIT */
/* room - how a room begins and changes, and the offer that it makes. */
#include "domain/room/room.h"

#include "base/mem.h"

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
room_next_version(struct room *room, instant_t now)
{
	room->version++;
	room->updated_at = now;
	if (room->version == 1)
		room->created_at = now;
}

enum err
room_check_change(const struct room *room, uint64_t host_id, const struct precondition *condition)
{
	if (room->host_id != host_id || room->status != ROOM_OPEN)
		return ERR_NOT_FOUND;
	return precondition_check(condition, room->version);
}

#define MEMBER(bit, name, is_text)                                                              \
	{                                                                                       \
		(bit), offsetof(struct room, name), sizeof(((struct room *)0)->name), (is_text) \
	}
static const struct {
	enum room_member member;
	size_t offset, size;
	bool text;
} members_table[] = {
	MEMBER(ROOM_NAME, name, true),    MEMBER(ROOM_DESCRIPTION, description, true),
	MEMBER(ROOM_CITY, city, true),    MEMBER(ROOM_CAPACITY, capacity, false),
	MEMBER(ROOM_PRICE, price, false),
};

bool
room_set_members(struct room *room, unsigned members, const struct room *to)
{
	bool differs = false;
	for (size_t i = 0; i < ARRAY_SIZE(members_table); i++) {
		const char *from = (const char *)to + members_table[i].offset;
		char *value = (char *)room + members_table[i].offset;
		const size_t size = members_table[i].size;
		if (!(members & members_table[i].member))
			continue;
		differs = differs || (members_table[i].text ? strncmp(from, value, size) != 0
		                                            : memcmp(from, value, size) != 0);
		memcpy(value, from, size);
	}
	return differs;
}

bool
room_is_valid(const struct room *room)
{
	return room->price >= 1 && room->price <= ROOM_PRICE_MAX && room->capacity >= 1 &&
	       room->capacity <= ROOM_CAPACITY_MAX &&
	       strnlen(room->currency, sizeof(room->currency)) == CURRENCY_TEXT - 1;
}

enum err
room_total(money_t price, struct stay stay, money_t *ret_total)
{
	const int nights = stay_nights(stay);
	return nights > 0 ? money_times(price, (uint32_t)nights, ret_total) : ERR_INVALID;
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

bool
offer_is_bookable(const struct offer *offer)
{
	return offer->open && !offer->closed;
}

enum err
offer_check(const struct offer *offer, money_t night_price, const char currency[CURRENCY_TEXT])
{
	if (!offer_is_bookable(offer))
		return ERR_NOT_FOUND;
	if (offer->price != night_price || strcmp(offer->currency, currency) != 0)
		return ERR_PRICE_CHANGED;
	return OK;
}
