/* SPDX-License-Identifier: MIT */
/*
 * life - events as the life of a booking makes them, and all orders in which they can come.
 */
#ifndef TESTS_CONTRACT_LIFE_H
#define TESTS_CONTRACT_LIFE_H

#include "domain/event.h"

#define LIFE_HOST    7                    /* whose rooms all of these are */
#define LIFE_GUEST   42                   /* who makes all of these bookings */
#define LIFE_CLAIMER UINT64_C(1000000007) /* the account that claims those of nobody */
#define LIFE_ROOM    3                    /* the room they are for */

/* The instant at which a version came into being. */
instant_t life_time(uint64_t version);

/* What is told when a book takes a state: three nights from 2027-05-05 on, at 4500. */
struct event life_book(uint64_t id, uint64_t version, enum book_status status);

/* What is told when an account claims a booking in this state. */
struct event life_claim(uint64_t id, uint64_t version, enum book_status status);

/* What is told when the contact of a booking in this state is erased. */
struct event life_erasure(uint64_t id, uint64_t version, enum book_status status);

/* What is told when the payment of a book takes a state; its number is the book's + 1000. For
 * PAY_VOIDED, which nobody tells, an event that tells it all the same. */
struct event life_payment(uint64_t book_id, uint64_t version, enum payment_status status);

/* What is told of a room in a version. */
struct event life_room(uint64_t id, uint64_t version, const char *name);

/* One event of a type. */
struct event life_event(enum event_type type);

/* The next order of n numbers, beginning with 0, 1, 2...; false after the last. */
bool life_next_order(size_t order[], size_t n);

#endif
