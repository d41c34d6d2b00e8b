/* SPDX-License-Identifier: MIT */
/* event - the table of types. */
#include "domain/event.h"

#include <string.h>

const struct event_kind event_kinds[EVENT_TYPE_MAX + 1] = {
	[EVENT_ROOM_REGISTERED] = {"RoomRegistered", "room", "room.registered", AGGREGATE_ROOM},
	[EVENT_ROOM_CHANGED] = {"RoomChanged", "room", "room.changed", AGGREGATE_ROOM},
	[EVENT_ROOM_DELETED] = {"RoomDeleted", "room", "room.deleted", AGGREGATE_ROOM},
	[EVENT_BOOK_PENDING] = {"BookPending", "book", "book.pending", AGGREGATE_BOOK},
	[EVENT_BOOKED] = {"Booked", "book", "book.booked", AGGREGATE_BOOK},
	[EVENT_BOOK_REJECTED] = {"BookRejected", "book", "book.rejected", AGGREGATE_BOOK},
	[EVENT_BOOK_EXPIRED] = {"BookExpired", "book", "book.expired", AGGREGATE_BOOK},
	[EVENT_BOOK_CANCELED] = {"BookCanceled", "book", "book.canceled", AGGREGATE_BOOK},
	[EVENT_BOOK_CLAIMED] = {"BookClaimed", "book", "book.claimed", AGGREGATE_BOOK},
	[EVENT_BOOK_ERASED] = {"BookErased", "book", "book.erased", AGGREGATE_BOOK},
	[EVENT_PAYMENT_APPROVED] = {"PaymentApproved", "pay", "pay.approved", AGGREGATE_PAYMENT},
	[EVENT_PAYMENT_DECLINED] = {"PaymentDeclined", "pay", "pay.declined", AGGREGATE_PAYMENT},
	[EVENT_PAYMENT_CANCELED] = {"PaymentCanceled", "pay", "pay.canceled", AGGREGATE_PAYMENT},
	[EVENT_PAYMENT_CLAIMED] = {"PaymentClaimed", "pay", "pay.claimed", AGGREGATE_PAYMENT},
	[EVENT_TYPE_MAX] = {.name = NULL},
};

const char *
event_type_name(enum event_type type)
{
	return (unsigned)type < EVENT_TYPE_MAX ? event_kinds[type].name : "?";
}

bool
event_of_book(enum book_status status, enum event_type *ret_type)
{
	switch (status) {
	case BOOK_REQUESTED: return false;
	case BOOK_PAYMENT_PENDING: *ret_type = EVENT_BOOK_PENDING; return true;
	case BOOK_BOOKED: *ret_type = EVENT_BOOKED; return true;
	case BOOK_REJECTED: *ret_type = EVENT_BOOK_REJECTED; return true;
	case BOOK_EXPIRED: *ret_type = EVENT_BOOK_EXPIRED; return true;
	case BOOK_CANCELED: *ret_type = EVENT_BOOK_CANCELED; return true;
	case BOOK_STATUS_MAX: break;
	}
	return false;
}

bool
event_of_payment(enum payment_status status, enum event_type *ret_type)
{
	switch (status) {
	case PAY_APPROVED: *ret_type = EVENT_PAYMENT_APPROVED; return true;
	case PAY_DECLINED: *ret_type = EVENT_PAYMENT_DECLINED; return true;
	case PAY_CANCELED: *ret_type = EVENT_PAYMENT_CANCELED; return true;
	case PAY_VOIDED:
	case PAYMENT_STATUS_MAX: break;
	}
	return false;
}

enum err
event_type_of_book(const struct book *book, enum event_type *ret_type)
{
	if (event_of_book(book->status, ret_type))
		return OK;
	*ret_type = EVENT_BOOK_CLAIMED;
	return book->version > 1 ? OK : ERR_NOT_FOUND;
}

bool
event_revokes_payment(enum event_type type)
{
	return type == EVENT_BOOK_CANCELED || type == EVENT_BOOK_EXPIRED ||
	       type == EVENT_BOOK_REJECTED;
}

struct origin
event_origin(const struct event *event)
{
	struct origin origin = {.caller = {.roles = ROLE_SERVICE}};
	memcpy(origin.request_id, event->request_id, sizeof(origin.request_id));
	memcpy(origin.traceparent, event->traceparent, sizeof(origin.traceparent));
	memcpy(origin.causation_id, event->id, sizeof(origin.causation_id));
	return origin;
}

enum err
event_begin(enum event_type type, const struct origin *origin, instant_t time,
            struct event *ret_event)
{
	*ret_event = (struct event){.type = type, .time = time};
	memcpy(ret_event->causation_id, origin->causation_id, sizeof(ret_event->causation_id));
	memcpy(ret_event->traceparent, origin->traceparent, sizeof(ret_event->traceparent));
	memcpy(ret_event->request_id, origin->request_id, sizeof(ret_event->request_id));
	return uuid_v7(ret_event->id);
}

enum err
event_about_room(enum event_type type, const struct room *room, const struct origin *origin,
                 struct event *ret_event)
{
	enum err err = event_begin(type, origin, room->updated_at, ret_event);
	ret_event->sequence = room->version;
	ret_event->data.room = *room;
	return err;
}

static enum err
book_event(enum event_type type, const struct book *book, const struct origin *origin,
           struct event *ret_event)
{
	enum err err = event_begin(type, origin, book->updated_at, ret_event);
	ret_event->sequence = book->version;
	ret_event->correlation_id = book->id;
	ret_event->data.book = *book;
	return err;
}

enum err
event_about_book(const struct book *book, const struct origin *origin, struct event *ret_event)
{
	enum event_type type;
	if (!event_of_book(book->status, &type))
		return ERR_NOT_FOUND;
	return book_event(type, book, origin, ret_event);
}

enum err
event_about_claim(const struct book *book, const struct origin *origin, struct event *ret_event)
{
	return book_event(EVENT_BOOK_CLAIMED, book, origin, ret_event);
}

enum err
event_about_erasure(const struct book *book, const struct origin *origin, struct event *ret_event)
{
	return book_event(EVENT_BOOK_ERASED, book, origin, ret_event);
}

void
event_erase(struct event *event)
{
	if (event_kinds[event->type].aggregate == AGGREGATE_BOOK)
		event->data.book.contact = (struct contact){.name = ""};
}

static enum err
payment_event(enum event_type type, const struct payment *payment, const struct origin *origin,
              struct event *ret_event)
{
	enum err err = event_begin(type, origin, payment->updated_at, ret_event);
	ret_event->sequence = payment->version;
	ret_event->correlation_id = payment->book_id;
	ret_event->data.payment = *payment;
	return err;
}

enum err
event_about_payment(const struct payment *payment, const struct origin *origin,
                    struct event *ret_event)
{
	enum event_type type;
	if (!event_of_payment(payment->status, &type))
		return ERR_NOT_FOUND;
	return payment_event(type, payment, origin, ret_event);
}

enum err
event_about_claimed_payment(const struct payment *payment, const struct origin *origin,
                            struct event *ret_event)
{
	enum event_type type;
	if (!event_of_payment(payment->status, &type))
		return ERR_NOT_FOUND;
	return payment_event(EVENT_PAYMENT_CLAIMED, payment, origin, ret_event);
}

uint64_t
event_subject_id(const struct event *event)
{
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: return event->data.room.id;
	case AGGREGATE_BOOK: return event->data.book.id;
	case AGGREGATE_PAYMENT: return event->data.payment.id;
	}
	return 0;
}

uint64_t
event_room_id(const struct event *event)
{
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: return event->data.room.id;
	case AGGREGATE_BOOK: return event->data.book.room_id;
	case AGGREGATE_PAYMENT: return event->data.payment.room_id;
	}
	return 0;
}

bool
event_came_by(const struct event *event, const char *exchange, const char *routing_key)
{
	const struct event_kind *kind = &event_kinds[event->type];
	return strcmp(exchange, kind->exchange) == 0 && strcmp(routing_key, kind->routing_key) == 0;
}

enum language
event_language(const struct event *event)
{
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: return language_of(event->data.room.language);
	case AGGREGATE_BOOK: return language_of(event->data.book.language);
	case AGGREGATE_PAYMENT: return language_of(event->data.payment.language);
	}
	return LANGUAGE_MAX;
}
