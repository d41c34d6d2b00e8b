/* SPDX-License-Identifier: MIT */
/*
 * demo_data - invented rooms and bookings: the same ones for the same seed, however many at a time and in
 * whatever order they are asked for.
 */
#ifndef TOOLS_LOAD_DEMO_DATA_H
#define TOOLS_LOAD_DEMO_DATA_H

#include "domain/pay/payment.h"

#define DEMO_STAYS_A_ROOM 100      /* at most */
#define DEMO_FIRST_GUEST  1000000u /* numbers of guests and hosts, above those of accounts */
#define DEMO_FIRST_HOST   2000000u
#define DEMO_EACH         10 /* bookings of a guest, rooms of a host: so many on average */

/* What the data depends on. */
struct demo {
	uint64_t seed;
	uint64_t first_room, rooms;
	uint64_t first_book, bookings; /* at most rooms * DEMO_STAYS_A_ROOM */
	uint64_t first_payment;
	instant_t before; /* everything happened before this */
	day_t today;      /* stays begin later */
	char currency[CURRENCY_TEXT];
};

/* A booking, its life so far, and its payment. */
struct demo_booking {
	struct book book;
	struct book_step steps[2];
	struct payment payment;
};

/* The i-th room, from 0. ERR_TOO_LARGE, ERR_INVALID: never, unless a text of this file does not fit. */
MUST_CHECK enum err demo_room(const struct demo *demo, uint64_t i, struct room *ret_room);

/* The i-th booking, from 0, which is paid. No two share a night. salt: another one gives another reference,
 * where the first is taken. */
MUST_CHECK enum err demo_booking(const struct demo *demo, uint64_t i, uint32_t salt,
                                 struct demo_booking *ret_booking);

/* How many guests the bookings have. */
uint64_t demo_guests(const struct demo *demo);

#endif
