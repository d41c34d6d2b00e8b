/*
 * wish - rooms and holds as the tests of the book store ask for them.
 */
#ifndef TESTS_CONTRACT_BOOKING_ATTEMPT_H
#define TESTS_CONTRACT_BOOKING_ATTEMPT_H

#include "app/ports.h"

#define WISH_HOST  7
#define WISH_PRICE 1500  /* of a night in every room */
#define WISH_DAY   20945 /* 2027-05-06: the day that stays are counted from */

/* An open room for two. */
struct offer wish_room(uint64_t id);

/* A guest asks for a room, from the day WISH_DAY + from on, for so many nights. */
struct book_hold wish_hold(uint64_t room_id, uint64_t guest_id, int from, int nights);

/* A key with a fingerprint that is made of one byte. */
struct idempotency wish_key(const char *key, unsigned char fingerprint);

/* A change by nobody in particular. */
struct book_change wish_change(uint64_t id, enum book_action action);

#endif
