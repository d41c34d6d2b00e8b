/* SPDX-License-Identifier: MIT */
/* event - an event on the wire: CloudEvents 1.0, structured JSON. */
#include "adapters/json/event.h"

#include "adapters/json/members.h"
#include "adapters/json/view.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_TEXT sizeof("18446744073709551615")

/* All of an event but its data, as it stands on the wire. */
struct envelope {
	char spec_version[8];
	char id[UUID_TEXT];
	char source[16], type[48], subject[40];
	instant_t time;
	char data_type[32];
	char sequence[NUMBER_TEXT], correlation_id[NUMBER_TEXT];
	char causation_id[UUID_TEXT], traceparent[56], request_id[65];
};

static const struct member envelope_members[] = {
	MEMBER(envelope, spec_version, TEXT, "specversion"),
	MEMBER(envelope, id, TEXT, "id"),
	MEMBER(envelope, source, TEXT, "source"),
	MEMBER(envelope, type, TEXT, "type"),
	MEMBER(envelope, subject, TEXT, "subject"),
	MEMBER(envelope, time, INSTANT, "time"),
	MEMBER(envelope, data_type, TEXT, "datacontenttype"),
	MEMBER(envelope, sequence, TEXT, "sequence"),
	MEMBER(envelope, correlation_id, TEXT_IF_ANY, "correlationid"),
	MEMBER(envelope, causation_id, TEXT_IF_ANY, "causationid"),
	MEMBER(envelope, traceparent, TEXT_IF_ANY, "traceparent"),
	MEMBER(envelope, request_id, TEXT_IF_ANY, "requestid"),
	MEMBER_END,
};

static const char *const subject_folders[] = {
	[AGGREGATE_ROOM] = "rooms",
	[AGGREGATE_BOOK] = "books",
	[AGGREGATE_PAYMENT] = "payments",
};

static void
type_print(enum event_type type, char *ret_text, size_t size)
{
	snprintf(ret_text, size, "hotel.%s.v1", event_kinds[type].name);
}

static void
envelope_of(const struct event *event, struct envelope *ret_envelope)
{
	const struct event_kind *kind = &event_kinds[event->type];
	struct envelope *e = ret_envelope;
	*e = (struct envelope){
		.spec_version = "1.0", .time = event->time, .data_type = "application/json"};
	memcpy(e->id, event->id, sizeof(e->id));
	snprintf(e->source, sizeof(e->source), "/%s", kind->exchange);
	type_print(event->type, e->type, sizeof(e->type));
	snprintf(e->subject, sizeof(e->subject), "%s/%" PRIu64, subject_folders[kind->aggregate],
	         event_subject_id(event));
	snprintf(e->sequence, sizeof(e->sequence), "%" PRIu64, event->sequence);
	if (event->correlation_id)
		snprintf(e->correlation_id, sizeof(e->correlation_id), "%" PRIu64,
		         event->correlation_id);
	memcpy(e->causation_id, event->causation_id, sizeof(e->causation_id));
	memcpy(e->traceparent, event->traceparent, sizeof(e->traceparent));
	memcpy(e->request_id, event->request_id, sizeof(e->request_id));
}

static enum err
data_view(const struct event *event, struct json_object **ret_json)
{
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: return room_view(&event->data.room, ret_json);
	case AGGREGATE_BOOK: return book_view(&event->data.book, ret_json);
	case AGGREGATE_PAYMENT: return payment_view(&event->data.payment, ret_json);
	}
	return ERR_BUG_HERE();
}

enum err
event_write(const struct event *event, struct buf *body)
{
	struct envelope envelope;
	struct json_object *data;
	enum err err = data_view(event, &data);
	if (err != OK)
		return err;
	CLEANUP(json_p) struct json_object *json = json_new_object();
	envelope_of(event, &envelope);
	members_write(envelope_members, &envelope, &json);
	json_put_value(&json, "data", data);
	return json ? json_write(json, body) : ERR_MEMORY;
}

static enum err
type_read(const char *text, enum event_type *ret_type)
{
	char expected[sizeof(((struct envelope *)0)->type)];
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		type_print((enum event_type)type, expected, sizeof(expected));
		if (strcmp(text, expected) == 0) {
			*ret_type = (enum event_type)type;
			return OK;
		}
	}
	return ERR_INVALID;
}

/* Claims and erasures change no state, so the event of one fits every state that a later version can have. */
static bool
book_published_as(const struct event *event, enum event_type *ret_type)
{
	const struct book *book = &event->data.book;
	const bool is_claim = event->type == EVENT_BOOK_CLAIMED;
	const bool is_erasure = event->type == EVENT_BOOK_ERASED;
	if (book->stay.start >= book->stay.end)
		return false;
	if (!is_claim && !is_erasure)
		return event_of_book(book->status, ret_type);
	*ret_type = event->type;
	return book->version > 1 &&
	       (is_claim ? book->guest_id != 0 : contact_is_empty(&book->contact));
}

static bool
payment_published_as(const struct event *event, enum event_type *ret_type)
{
	const struct payment *payment = &event->data.payment;
	if (payment->stay.start >= payment->stay.end ||
	    !event_of_payment(payment->status, ret_type))
		return false;
	if (event->type == EVENT_PAYMENT_CLAIMED)
		*ret_type = event->type;
	return true;
}

/* What the aggregate contains about its event: the booking that it belongs to, its version, and the
 * event that its state is published as. False if its state is never published. */
static bool
event_of_data(const struct event *event, uint64_t *ret_book_id, uint64_t *ret_version,
              enum event_type *ret_type)
{
	const struct room *room = &event->data.room;
	const struct book *book = &event->data.book;
	const struct payment *payment = &event->data.payment;
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM:
		*ret_book_id = 0;
		*ret_version = room->version;
		*ret_type = event->type; /* Registered and Changed look the same */
		return (room->status == ROOM_DELETED) == (event->type == EVENT_ROOM_DELETED);
	case AGGREGATE_BOOK:
		*ret_book_id = book->id;
		*ret_version = book->version;
		return book_published_as(event, ret_type);
	case AGGREGATE_PAYMENT:
		*ret_book_id = payment->book_id;
		*ret_version = payment->version;
		return payment_published_as(event, ret_type);
	}
	return false;
}

static enum err
data_read(const struct json_object *json, struct event *event)
{
	enum event_type of_data = EVENT_TYPE_MAX;
	enum err err = OK;
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: err = room_view_read(json, &event->data.room); break;
	case AGGREGATE_BOOK: err = book_view_read(json, &event->data.book); break;
	case AGGREGATE_PAYMENT: err = payment_view_read(json, &event->data.payment); break;
	}
	if (err != OK)
		return err;
	if (!event_of_data(event, &event->correlation_id, &event->sequence, &of_data) ||
	    of_data != event->type)
		return ERR_INVALID;
	return OK;
}

/* Whether the envelope is the one that this event is written with. */
static bool
envelope_fits(const struct envelope *envelope, const struct event *event)
{
	struct envelope expected;
	envelope_of(event, &expected);
	return strcmp(envelope->spec_version, expected.spec_version) == 0 &&
	       strcmp(envelope->source, expected.source) == 0 &&
	       strcmp(envelope->subject, expected.subject) == 0 &&
	       strcmp(envelope->data_type, expected.data_type) == 0 &&
	       strcmp(envelope->sequence, expected.sequence) == 0 &&
	       strcmp(envelope->correlation_id, expected.correlation_id) == 0;
}

static enum err
whole_read(const struct json_object *json, struct event *event)
{
	struct envelope envelope;
	enum err err = members_read(envelope_members, json, &envelope);
	if (err == OK)
		err = type_read(envelope.type, &event->type);
	if (err == OK)
		err = data_read(json_object_object_get(json, "data"), event);
	if (err != OK)
		return err;
	event->time = envelope.time;
	memcpy(event->id, envelope.id, sizeof(event->id));
	memcpy(event->causation_id, envelope.causation_id, sizeof(event->causation_id));
	memcpy(event->traceparent, envelope.traceparent, sizeof(event->traceparent));
	memcpy(event->request_id, envelope.request_id, sizeof(event->request_id));
	if (strlen(event->id) != UUID_TEXT - 1 || !envelope_fits(&envelope, event))
		return ERR_INVALID;
	return OK;
}

enum err
event_read(const char *body, size_t len, struct event *ret_event)
{
	CLEANUP(json_p) struct json_object *json = NULL;
	const char *why;
	if (len > EVENT_BODY_MAX)
		return ERR_POISON;
	enum err err = json_read(body, len, &json, &why);
	if (err == OK) {
		memset(ret_event, 0, sizeof(*ret_event));
		err = whole_read(json, ret_event);
	}
	return err == OK || err == ERR_MEMORY ? err : ERR_POISON;
}
