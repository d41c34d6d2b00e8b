/* SPDX-License-Identifier: MIT */
/* booking_attempt - offers, holds and changes for the tests of the book store. */
#include "tests/contract/booking_attempt.h"

#include "base/uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct offer
attempt_offer(uint64_t id)
{
	return (struct offer){.room_id = id,
	                      .host_id = ATTEMPT_HOST,
	                      .sequence = 1,
	                      .price = ATTEMPT_PRICE,
	                      .currency = "KRW",
	                      .capacity = 2,
	                      .open = true};
}

struct book_hold
attempt_hold(uint64_t room_id, uint64_t guest_id, int from, int nights)
{
	unsigned char random[8];
	struct book_hold hold = {
		.book = {.room_id = room_id,
	                 .host_id = ATTEMPT_HOST,
	                 .guest_id = guest_id,
	                 .stay = {ATTEMPT_DAY + from, ATTEMPT_DAY + from + nights},
	                 .guests = 2,
	                 .price = (money_t)(ATTEMPT_PRICE * nights),
	                 .currency = "KRW",
	                 .contact = {.name = "홍길동 'O\"Neil\\", .email = "a@b.example"}},
		.token = "tok_ok",
		.night_price = ATTEMPT_PRICE,
		.hold_s = 900,
		.guest_limit = 20,
		.origin = {.caller = {.id = guest_id, .roles = ROLE_GUEST}, .request_id = "r-1"}};
	if (random_bytes(random, sizeof(random)) != OK)
		abort();
	book_reference(random, hold.book.reference);
	return hold;
}

struct idempotency
attempt_key(const char *key, unsigned char fingerprint)
{
	struct idempotency made = {.scope = "guest 42 POST /books"};
	snprintf(made.key, sizeof(made.key), "%s", key);
	memset(made.fingerprint, fingerprint, sizeof(made.fingerprint));
	return made;
}

struct book_change
attempt_change(uint64_t id, enum book_action action)
{
	return (struct book_change){
		.id = id, .action = action, .why = "so it is", .origin = {.request_id = "r-2"}};
}
