/* SPDX-License-Identifier: MIT */
/*
 * alternatives - what else a guest could book if the stay is taken. Pure search: the store reads
 * the taken nights and the rooms, and these functions choose among them.
 */
#ifndef DOMAIN_BOOK_ALTERNATIVES_H
#define DOMAIN_BOOK_ALTERNATIVES_H

#include "domain/room/room.h"
#include "domain/stay.h"

#include <stddef.h>

#define ALTERNATIVE_STAYS_MAX 3
#define ALTERNATIVE_ROOMS_MAX 3
#define ALTERNATIVE_DAYS      60 /* how far another start may be from the one asked for */

/* Most nights that alternatives_range() can have. */
#define ALTERNATIVE_NIGHTS_MAX (2 * ALTERNATIVE_DAYS + STAY_NIGHTS_MAX)

struct alternatives {
	struct stay stays[ALTERNATIVE_STAYS_MAX]; /* of the same room and length, nearest first */
	size_t n_stays;
	uint64_t rooms[ALTERNATIVE_ROOMS_MAX]; /* free for the same stay, nearest in price first */
	size_t n_rooms;
};

/* A room that is free for the stay. */
struct priced_room {
	uint64_t room_id;
	money_t price;
};

/* The nights that decide about other stays of the room: their taken ones are needed. */
struct stay alternatives_range(struct stay stay);

/* Fills stays from the taken nights of the range: one day later, one day earlier, two days later,
 * and so on, none before the day `from` and none too far ahead. */
void alternatives_choose_stays(struct stay stay, day_t from, const day_t taken[], size_t n,
                               struct alternatives *ret_alternatives);

/* Fills rooms with those nearest in price. Between equals the dearer one comes first, then the
 * older of dearer rooms and the newer of cheaper ones. */
void alternatives_choose_rooms(money_t price, const struct priced_room rooms[], size_t n,
                               struct alternatives *ret_alternatives);

#endif
