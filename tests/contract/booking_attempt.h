/* SPDX-License-Identifier: MIT */
/*
 * booking_attempt - offers, holds and changes for the tests of the book store.
 */
#ifndef TESTS_CONTRACT_BOOKING_ATTEMPT_H
#define TESTS_CONTRACT_BOOKING_ATTEMPT_H

#include "app/ports.h"

#define ATTEMPT_HOST  7
#define ATTEMPT_PRICE 1500  /* per night, in every room */
#define ATTEMPT_DAY   20945 /* 2027-05-06: day 0 of attempt_hold() */

/* The offer of an open room for two. */
struct offer attempt_offer(uint64_t id);

/* A hold of a room from the day ATTEMPT_DAY + from on, for so many nights. */
struct book_hold attempt_hold(uint64_t room_id, uint64_t guest_id, int from, int nights);

/* A key with a fingerprint that is made of one byte. */
struct idempotency attempt_key(const char *key, unsigned char fingerprint);

/* A change by an unnamed caller. */
struct book_change attempt_change(uint64_t id, enum book_action action);

#endif
