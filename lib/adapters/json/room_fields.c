/* SPDX-License-Identifier: MIT */
/* room_fields - what a host says of a new room. */
#include "adapters/json/room_fields.h"

#include "domain/room/room.h"

const struct field room_fields_new[] = {
	FIELD(room, name, TEXT, "name", OPTIONAL, .max = ROOM_NAME_CHARS),
	FIELD(room, description, LINES, "description", OPTIONAL, .max = ROOM_DESCRIPTION_CHARS),
	FIELD(room, city, TEXT, "city", OPTIONAL, .max = ROOM_CITY_CHARS),
	FIELD(room, capacity, NUMBER, "capacity", OPTIONAL, .min = 1, .max = ROOM_CAPACITY_MAX),
	FIELD(room, price, MONEY, "price", REQUIRED, .min = 1, .max = ROOM_PRICE_MAX,
              .decimal = "amount"),
	FIELD_END};
