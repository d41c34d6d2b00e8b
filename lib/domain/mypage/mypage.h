/*
 * mypage - one row a booking, merged from what room, book and pay tell.
 */
#ifndef DOMAIN_MYPAGE_MYPAGE_H
#define DOMAIN_MYPAGE_MYPAGE_H

#include "domain/event.h"

struct mypage {
	uint64_t book_id, room_id, host_id, guest_id;
	char room_name[TEXT_SIZE(ROOM_NAME_CHARS)]; /* "" while the room's event is not there */
	char guest_name[TEXT_SIZE(GUEST_NAME_CHARS)];
	uint64_t pay_id; /* 0: no payment known */
	money_t price;
	char currency[CURRENCY_TEXT];
	struct stay stay;
	enum book_status status;
	enum payment_status pay_status; /* PAYMENT_STATUS_MAX: no payment known */
	uint64_t version;               /* of the book part */
	instant_t updated_at;
};

#endif
