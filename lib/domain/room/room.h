/* SPDX-License-Identifier: MIT */
/*
 * room - what a host offers, its rules, and the part of it that book needs: the offer.
 */
#ifndef DOMAIN_ROOM_ROOM_H
#define DOMAIN_ROOM_ROOM_H

#include "base/day.h"
#include "base/err.h"
#include "base/money.h"
#include "base/text.h"
#include "domain/language.h"
#include "domain/precondition.h"
#include "domain/stay.h"

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
	uint64_t version; /* incremented by every change: ETag and event sequence */
	char name[TEXT_SIZE(ROOM_NAME_CHARS)];
	char description[TEXT_SIZE(ROOM_DESCRIPTION_CHARS)];
	char city[TEXT_SIZE(ROOM_CITY_CHARS)];
	uint32_t capacity;
	money_t price; /* for one night, 1 to ROOM_PRICE_MAX */
	char currency[CURRENCY_TEXT];
	char language[LANGUAGE_TEXT]; /* in which it was registered; "": unknown */
	enum room_status status;
	instant_t created_at, updated_at;
};

/* What rooms can be sorted by; between equal ones their number decides. */
enum room_sort {
	ROOM_SORT_ID,
	ROOM_SORT_PRICE,
	ROOM_SORT_NAME,
	ROOM_SORT_CITY,
	ROOM_SORT_CAPACITY,
	ROOM_SORT_MAX
};

/* The members of a room that its host can change. */
enum room_member {
	ROOM_NAME = 1,
	ROOM_DESCRIPTION = 2,
	ROOM_CITY = 4,
	ROOM_CAPACITY = 8,
	ROOM_PRICE = 16
};

/* Shows a room that a search has found, and the stay that it is free for: of a choice the first one. */
typedef void room_found(void *arg, const struct room *room, struct stay stay);

/* What book knows about a room: a projection of the room's events, and book's own flag `closed`. */
struct offer {
	uint64_t room_id, host_id;
	uint64_t sequence; /* the version of the room it shows */
	money_t price;
	char currency[CURRENCY_TEXT];
	uint32_t capacity;
	bool open;   /* the room's status is Open */
	bool closed; /* book has closed the room; no event reopens it */
};

/* "Open" or "Deleted". */
const char *room_status_name(enum room_status status);

/* All of them, NULL at the end. */
extern const char *const room_status_names[ROOM_STATUS_MAX + 1];

/* Completes a new room as its host describes it: owner, Open, currency, and a default capacity. */
void room_begin(struct room *room, uint64_t host_id, const char currency[CURRENCY_TEXT]);

/* Gives the room its next version, at this time. A room without one is created by it. */
void room_next_version(struct room *room, instant_t now);

/* Whether this host may change the room under this condition. ERR_NOT_FOUND: it is another
 * host's, or Deleted; ERR_VERSION_CONFLICT. */
MUST_CHECK enum err room_check_change(const struct room *room, uint64_t host_id,
                                      const struct precondition *condition);

/* Sets the members (enum room_member, or-ed) to the values in `to`. Whether any value differs. */
bool room_set_members(struct room *room, unsigned members, const struct room *to);

/* Whether price, capacity and currency are such as a room can have. */
bool room_is_valid(const struct room *room);

/* What a stay costs at a room's price for a night: the only place where it is computed. ERR_INVALID: more than there is
 * money. */
MUST_CHECK enum err room_total(money_t price, struct stay stay, money_t *ret_total);

/* The offer that a room makes; closed is left false. */
void offer_of_room(const struct room *room, struct offer *ret_offer);

/* Whether the room can be booked at all. */
bool offer_is_bookable(const struct offer *offer);

/* Whether the room can be booked at this price. ERR_NOT_FOUND: not at all; ERR_PRICE_CHANGED. */
MUST_CHECK enum err offer_check(const struct offer *offer, money_t night_price,
                                const char currency[CURRENCY_TEXT]);

#endif
