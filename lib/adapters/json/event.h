/*
 * event - an event on the wire: CloudEvents 1.0, structured JSON.
 *
 *	{"specversion":"1.0", "id":"0190...", "source":"/book", "type":"hotel.Booked.v1",
 *	 "subject":"books/17", "time":"2027-05-05T01:02:03.004Z",
 *	 "datacontenttype":"application/json", "sequence":"2", "correlationid":"17",
 *	 "causationid":"...", "traceparent":"...", "requestid":"...", "data":{...}}
 *
 * data is the whole aggregate as its view shows it. sequence and correlationid are texts, since an
 * integer of CloudEvents has 32 bits only. An attribute that an event does not have (a room's
 * correlationid, say) is absent.
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
 * ERR_POISON for whatever cannot be an event of ours: not strictly JSON, of an unknown type, with a
 * member missing, of a wrong type or out of range, or contradicting itself (a Booked whose book is
 * not). ERR_MEMORY. An error leaves *ret_event with anything in it.
 */
MUST_CHECK enum err event_read(const char *body, size_t len, struct event *ret_event);

#endif
