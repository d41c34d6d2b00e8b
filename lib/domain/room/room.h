/*
 * room - what a host offers, and the part of it that book needs: the offer.
 */
#ifndef DOMAIN_ROOM_ROOM_H
#define DOMAIN_ROOM_ROOM_H

#include "base/day.h"
#include "base/money.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define ROOM_NAME_CHARS        100
#define ROOM_CITY_CHARS        100
#define ROOM_DESCRIPTION_CHARS 2000
#define ROOM_PRICE_MAX         1000000000ull
#define ROOM_CAPACITY_DEFAULT  2
#define ROOM_CAPACITY_MAX      100
#define CURRENCY_TEXT          4

enum room_status { ROOM_OPEN, ROOM_DELETED, ROOM_STATUS_MAX };

struct room {
	uint64_t id, host_id;
	uint64_t version; /* grows by one with every change: ETag and event sequence */
	char name[TEXT_SIZE(ROOM_NAME_CHARS)];
	char description[TEXT_SIZE(ROOM_DESCRIPTION_CHARS)];
	char city[TEXT_SIZE(ROOM_CITY_CHARS)];
	uint32_t capacity;
	money_t price; /* for one night, 1 to ROOM_PRICE_MAX */
	char currency[CURRENCY_TEXT];
	enum room_status status;
	instant_t created_at, updated_at;
};

/* What book knows of a room: a projection of the room's events, and book's own fact `closed`. */
struct offer {
	uint64_t room_id, host_id;
	uint64_t sequence; /* the room's version it was taken from */
	money_t price;
	char currency[CURRENCY_TEXT];
	uint32_t capacity;
	bool open;   /* room says so */
	bool closed; /* book says so: the room was closed for ever; no event opens it again */
};

/* "Open" or "Deleted". */
const char *room_status_name(enum room_status status);

/* Completes what a host says of a new room: whose it is, Open, the currency, and the capacity if it
 * was not said. */
void room_begin(struct room *room, uint64_t host_id, const char currency[CURRENCY_TEXT]);

/* The offer that a room makes; closed is left false. */
void offer_of_room(const struct room *room, struct offer *ret_offer);

#endif
