/* SPDX-License-Identifier: MIT */
/*
 * event - an event as a message: CloudEvents 1.0, structured JSON.
 *
 *	{"specversion":"1.0", "id":"0190...", "source":"/book", "type":"hotel.Booked.v1",
 *	 "subject":"books/17", "time":"2027-05-05T01:02:03.004Z",
 *	 "datacontenttype":"application/json", "sequence":"2", "correlationid":"17",
 *	 "causationid":"...", "traceparent":"...", "requestid":"...", "data":{...}}
 *
 * data is the whole aggregate as its view shows it. sequence and correlationid are strings, since
 * an integer of CloudEvents has only 32 bits. An attribute without a value, such as a room's
 * correlationid, is absent.
 */
#ifndef ADAPTERS_JSON_EVENT_H
#define ADAPTERS_JSON_EVENT_H

#include "base/buf.h"
#include "domain/event.h"

#define EVENT_BODY_MAX     65536u /* bytes */
#define EVENT_CONTENT_TYPE "application/cloudevents+json"

/* Appends the event's body. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err event_write(const struct event *event, struct buf *body);

/*
 * Reads what event_write() writes. Unknown members are ignored, so that producers may add some.
 * ERR_POISON: it is not an event of ours: not strict JSON, of an unknown type, with a member
 * missing, of a wrong type or out of range, or inconsistent (a Booked whose booking is not Booked).
 * ERR_MEMORY. On an error the content of *ret_event is undefined.
 */
MUST_CHECK enum err event_read(const char *body, size_t len, struct event *ret_event);

#endif
