/* SPDX-License-Identifier: MIT */
/*
 * event - a committed change as it is published: one table of types, one struct.
 *
 * An event carries the whole aggregate and its version as the sequence, so a consumer does not
 * depend on the order of delivery: it applies an event that is newer than what it has.
 */
#ifndef DOMAIN_EVENT_H
#define DOMAIN_EVENT_H

#include "domain/pay/payment.h"

enum event_type {
	EVENT_ROOM_REGISTERED,
	EVENT_ROOM_CHANGED,
	EVENT_ROOM_DELETED,
	EVENT_BOOK_PENDING,
	EVENT_BOOKED,
	EVENT_BOOK_REJECTED,
	EVENT_BOOK_EXPIRED,
	EVENT_BOOK_CANCELED,
	EVENT_BOOK_CLAIMED,
	EVENT_BOOK_ERASED,
	EVENT_PAYMENT_APPROVED,
	EVENT_PAYMENT_DECLINED,
	EVENT_PAYMENT_CANCELED,
	EVENT_PAYMENT_CLAIMED,
	EVENT_TYPE_MAX
};

enum aggregate { AGGREGATE_ROOM, AGGREGATE_BOOK, AGGREGATE_PAYMENT };

struct event_kind {
	const char *name;     /* "Booked": the short type, AMQP's type, the notification's event */
	const char *exchange; /* "book": also the source, "/book" */
	const char *routing_key; /* "book.booked" */
	enum aggregate aggregate;
};

extern const struct event_kind event_kinds[EVENT_TYPE_MAX + 1]; /* the last one has no name */

/* "Booked"; "?" for what is no type. */
const char *event_type_name(enum event_type type);

struct event {
	char id[UUID_TEXT]; /* UUIDv7, made in the transaction of the change */
	enum event_type type;
	instant_t time;
	uint64_t sequence;            /* the aggregate's version */
	uint64_t correlation_id;      /* the booking's id; 0 for a room's event */
	char causation_id[UUID_TEXT]; /* "" if no event led to this */
	char traceparent[56];         /* "" if none */
	char request_id[65];          /* "" if none */
	union {
		struct room room;       /* AGGREGATE_ROOM */
		struct book book;       /* AGGREGATE_BOOK */
		struct payment payment; /* AGGREGATE_PAYMENT */
	} data;
};

/* Whether a booking's change to this state is published, and by which type: Requested is not. */
bool event_of_book(enum book_status status, enum event_type *ret_type);

/* Whether a payment in this state is published, and by which type: a tombstone is not. */
bool event_of_payment(enum payment_status status, enum event_type *ret_type);

/* The type by which the present version of a booking, or of a payment, was published, as far as its
 * content tells: one that was claimed before it had an event has that of its claim. ERR_NOT_FOUND: it
 * was not published. */
MUST_CHECK enum err event_type_of_book(const struct book *book, enum event_type *ret_type);

/* Removes what an event says of the person who booked: the contact. Events of rooms and payments say
 * nothing of that. */
void event_erase(struct event *event);

/* Whether an event of this type ends its booking, so that its payment is revoked. */
bool event_revokes_payment(enum event_type type);

/* The origin of a change that an event causes: the event's request and trace, and its id. */
struct origin event_origin(const struct event *event);

/* The event that publishes the present state of a room, a booking or a payment: its version is the
 * sequence. ERR_NOT_FOUND: this state is not published. ERR_SYSTEM. */
MUST_CHECK enum err event_about_room(enum event_type type, const struct room *room,
                                     const struct origin *origin, struct event *ret_event);
MUST_CHECK enum err event_about_book(const struct book *book, const struct origin *origin,
                                     struct event *ret_event);
/* The event of a claim (book_claim_by()), whatever the booking's state. ERR_SYSTEM. */
MUST_CHECK enum err event_about_claim(const struct book *book, const struct origin *origin,
                                      struct event *ret_event);
/* The event of an erasure (book_erase()). ERR_SYSTEM. */
MUST_CHECK enum err event_about_erasure(const struct book *book, const struct origin *origin,
                                        struct event *ret_event);
/* The event of a payment that follows its booking to an account. As event_about_payment(). */
MUST_CHECK enum err event_about_claimed_payment(const struct payment *payment,
                                                const struct origin *origin,
                                                struct event *ret_event);
MUST_CHECK enum err event_about_payment(const struct payment *payment, const struct origin *origin,
                                        struct event *ret_event);

/* Fills all members but data: id, time, and those of the origin. ERR_SYSTEM. */
MUST_CHECK enum err event_begin(enum event_type type, const struct origin *origin, instant_t time,
                                struct event *ret_event);

/* The room that the event is about, or its booking or payment. */
uint64_t event_room_id(const struct event *event);

/* Whether a message came the way that its event is published: through the exchange of the context
 * that its source names, which only that context may write to, with the routing key of its type. A
 * message that came another way is forged. */
bool event_came_by(const struct event *event, const char *exchange, const char *routing_key);

/* The language of the people that the event is about; LANGUAGE_MAX: unknown. */
enum language event_language(const struct event *event);

/* The id of the aggregate that the event is about: the subject is "books/17" and the like. */
uint64_t event_subject_id(const struct event *event);

#endif
