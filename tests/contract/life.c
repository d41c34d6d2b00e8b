/* SPDX-License-Identifier: MIT */
/* life - events as the life of a booking makes them. */
#include "tests/contract/life.h"

#include "tests/unit/test.h"

#include <stdio.h>

instant_t
life_time(uint64_t version)
{
	return INT64_C(1800000000000) + (instant_t)version * 1001;
}

static struct event
event_made(enum event_type type, uint64_t version, uint64_t book_id)
{
	const struct origin nobody = {.request_id = ""};
	struct event event;
	assert_ok(event_begin(type, &nobody, life_time(version), &event));
	event.sequence = version;
	event.correlation_id = book_id;
	return event;
}

struct event
life_book(uint64_t id, uint64_t version, enum book_status status)
{
	enum event_type type = EVENT_BOOK_PENDING;
	day_t start;
	assert_true(event_of_book(status, &type));
	assert_ok(day_make(2027, 5, 5, &start));
	struct event event = event_made(type, version, id);
	event.data.book = (struct book){.id = id,
	                                .reference = "ABCD2345",
	                                .room_id = LIFE_ROOM,
	                                .host_id = LIFE_HOST,
	                                .guest_id = LIFE_GUEST,
	                                .stay = {start, start + 3},
	                                .guests = 2,
	                                .price = 4500,
	                                .currency = "KRW",
	                                .contact = {.name = "홍길동"},
	                                .status = status,
	                                .version = version,
	                                .key_version = BOOK_KEY_FIRST,
	                                .created_at = life_time(1),
	                                .updated_at = life_time(version)};
	return event;
}

struct event
life_claim(uint64_t id, uint64_t version, enum book_status status)
{
	struct event event = life_book(id, version, BOOK_BOOKED);
	event.type = EVENT_BOOK_CLAIMED;
	event.data.book.status = status;
	event.data.book.guest_id = LIFE_CLAIMER;
	event.data.book.key_version = BOOK_KEY_FIRST + 1;
	return event;
}

struct event
life_erasure(uint64_t id, uint64_t version, enum book_status status)
{
	struct event event = life_book(id, version, BOOK_BOOKED);
	event.type = EVENT_BOOK_ERASED;
	event.data.book.status = status;
	event.data.book.contact = (struct contact){.name = ""};
	event.data.book.key_version = BOOK_KEY_FIRST + 1;
	return event;
}

struct event
life_payment(uint64_t book_id, uint64_t version, enum payment_status status)
{
	enum event_type type = EVENT_PAYMENT_CANCELED;
	const struct book book = life_book(book_id, 1, BOOK_BOOKED).data.book;
	assert_int_equal(event_of_payment(status, &type), status != PAY_VOIDED);
	struct event event = event_made(type, version, book_id);
	event.data.payment = (struct payment){.id = book_id + 1000,
	                                      .book_id = book_id,
	                                      .room_id = LIFE_ROOM,
	                                      .host_id = LIFE_HOST,
	                                      .guest_id = LIFE_GUEST,
	                                      .price = book.price,
	                                      .currency = "KRW",
	                                      .stay = book.stay,
	                                      .status = status,
	                                      .version = version,
	                                      .key_version = BOOK_KEY_FIRST,
	                                      .created_at = life_time(1),
	                                      .updated_at = life_time(version)};
	return event;
}

struct event
life_room(uint64_t id, uint64_t version, const char *name)
{
	struct event event =
		event_made(version == 1 ? EVENT_ROOM_REGISTERED : EVENT_ROOM_CHANGED, version, 0);
	event.data.room = (struct room){.id = id,
	                                .host_id = LIFE_HOST,
	                                .version = version,
	                                .capacity = 2,
	                                .price = 1500,
	                                .currency = "KRW",
	                                .created_at = life_time(1),
	                                .updated_at = life_time(version)};
	snprintf(event.data.room.name, sizeof(event.data.room.name), "%s", name);
	return event;
}

static void
swap(size_t *a, size_t *b)
{
	const size_t kept = *a;
	*a = *b;
	*b = kept;
}

struct event
life_event(enum event_type type)
{
	struct event event;
	switch (type) {
	case EVENT_ROOM_REGISTERED: return life_room(3, 1, "Sea \"view\" \\ 바다");
	case EVENT_ROOM_CHANGED: return life_room(3, 2, "Sea view");
	case EVENT_ROOM_DELETED:
		event = life_room(3, 3, "Sea view");
		event.type = EVENT_ROOM_DELETED;
		event.data.room.status = ROOM_DELETED;
		return event;
	case EVENT_BOOK_PENDING: return life_book(17, 2, BOOK_PAYMENT_PENDING);
	case EVENT_BOOKED: return life_book(17, 2, BOOK_BOOKED);
	case EVENT_BOOK_REJECTED: return life_book(17, 2, BOOK_REJECTED);
	case EVENT_BOOK_EXPIRED: return life_book(17, 3, BOOK_EXPIRED);
	case EVENT_BOOK_CANCELED: return life_book(17, 3, BOOK_CANCELED);
	case EVENT_BOOK_CLAIMED: return life_claim(17, 3, BOOK_BOOKED);
	case EVENT_BOOK_ERASED: return life_erasure(17, 3, BOOK_BOOKED);
	case EVENT_PAYMENT_CLAIMED:
		event = life_payment(17, 2, PAY_APPROVED);
		event.type = EVENT_PAYMENT_CLAIMED;
		event.data.payment.guest_id = LIFE_CLAIMER;
		event.data.payment.key_version = BOOK_KEY_FIRST + 1;
		return event;
	case EVENT_PAYMENT_APPROVED: return life_payment(17, 1, PAY_APPROVED);
	case EVENT_PAYMENT_DECLINED: return life_payment(17, 1, PAY_DECLINED);
	case EVENT_PAYMENT_CANCELED: return life_payment(17, 2, PAY_CANCELED);
	case EVENT_TYPE_MAX: break;
	}
	fail_msg("no such type");
	return (struct event){.type = type};
}

/* Narayana's: lift the last number that can be lifted, put what follows in ascending order. */
bool
life_next_order(size_t order[], size_t n)
{
	size_t pivot = n - 1, next = n - 1;
	while (pivot > 0 && order[pivot - 1] >= order[pivot])
		pivot--;
	if (pivot == 0)
		return false;
	while (order[next] <= order[pivot - 1])
		next--;
	swap(&order[pivot - 1], &order[next]);
	for (size_t left = pivot, right = n - 1; left < right; left++, right--)
		swap(&order[left], &order[right]);
	return true;
}
