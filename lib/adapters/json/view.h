/*
 * view - one JSON view per aggregate: exactly the members of its resource, no links.
 *
 * Answers and events are made of the same view, so that an event's data is the resource as it then
 * was. Ids, versions and money are integers, dates "2027-05-05", instants RFC 3339 with
 * milliseconds. What is not there (payId and payUntil of a book that has none) is null, never
 * absent.
 *
 * A view belongs to the caller, who gives it back with json_object_put() or hands it on. The only
 * error of making one is ERR_MEMORY.
 */
#ifndef ADAPTERS_JSON_VIEW_H
#define ADAPTERS_JSON_VIEW_H

#include "domain/alarm/notification.h"
#include "domain/mypage/mypage.h"

#include <json-c/json.h>

/* {id, hostId, name, description, city, capacity, price, currency, status, version, createdAt,
 * updatedAt} */
MUST_CHECK enum err room_view(const struct room *room, struct json_object **ret_json);

/* {id, reference, roomId, hostId, guestId, startDate, endDate, nights, guests, price, currency,
 * contact: {name, email, phone}, status, payId, payUntil, version, createdAt, updatedAt} */
MUST_CHECK enum err book_view(const struct book *book, struct json_object **ret_json);

/* {id, bookId, roomId, hostId, guestId, price, currency, startDate, endDate, status, version,
 * createdAt, updatedAt} */
MUST_CHECK enum err payment_view(const struct payment *payment, struct json_object **ret_json);

/* {bookId, roomId, roomName, hostId, guestId, guestName, payId, price, currency, startDate,
 * endDate, status, payStatus, version, updatedAt}; payId and payStatus are null while no payment is
 * known (a tombstone is none) */
MUST_CHECK enum err mypage_view(const struct mypage *mypage, struct json_object **ret_json);

/* {id, bookId, recipientId, role, event, message, createdAt, read, deliveries: [{channel, state,
 * attempts, deliveredAt, nextAt, reason}]}; bookId is null for news of a room, deliveredAt until it
 * was delivered, nextAt unless it waits, reason unless a try failed */
MUST_CHECK enum err notification_view(const struct notification *notification,
                                      struct json_object **ret_json);

/* {recipientId, email, webhookUrl, webhookSecret, language}; what was not chosen is null */
MUST_CHECK enum err notification_settings_view(const struct notification_settings *settings,
                                               struct json_object **ret_json);

/*
 * And back, for events and for what another service answered: every member has to be there; others
 * (links) are ignored. ERR_INVALID leaves the struct with some of them.
 */
MUST_CHECK enum err room_view_read(const struct json_object *json, struct room *ret_room);
MUST_CHECK enum err book_view_read(const struct json_object *json, struct book *ret_book);
MUST_CHECK enum err payment_view_read(const struct json_object *json, struct payment *ret_payment);

#endif
