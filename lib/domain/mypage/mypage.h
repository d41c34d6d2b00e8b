/* SPDX-License-Identifier: MIT */
/*
 * mypage - one row per booking, merged from the events of room, book and pay.
 */
#ifndef DOMAIN_MYPAGE_MYPAGE_H
#define DOMAIN_MYPAGE_MYPAGE_H

#include "domain/event.h"

struct mypage {
	uint64_t book_id, room_id, host_id, guest_id;
	char room_name[TEXT_SIZE(ROOM_NAME_CHARS)]; /* "" until an event of the room has arrived */
	char guest_name[TEXT_SIZE(GUEST_NAME_CHARS)];
	uint64_t pay_id; /* 0: no payment known */
	money_t price;
	char currency[CURRENCY_TEXT];
	struct stay stay;
	enum book_status status;
	enum payment_status pay_status; /* PAY_NONE: no payment known */
	uint64_t version;               /* of the book part */
	uint32_t key_version;           /* of the booking's key, which opens the row, too */
	instant_t updated_at;
};

/* Whom the row belongs to. */
static inline struct parties
mypage_parties(const struct mypage *row)
{
	return (struct parties){.guest_id = row->guest_id,
	                        .host_id = row->host_id,
	                        .book_id = row->book_id,
	                        .key_version = row->key_version};
}

#endif
