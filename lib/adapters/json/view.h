/* SPDX-License-Identifier: MIT */
/*
 * view - one JSON view per aggregate: exactly the members of its resource, no links.
 *
 * Responses and events use the same views, so an event's data is the resource at that moment. Ids,
 * versions and money are integers, dates "2027-05-05", instants RFC 3339 with milliseconds. A
 * member without a value (payId of a booking without a payment) is null, never absent.
 *
 * The caller owns a view and frees it with json_object_put() or passes it on. The only error of
 * making one is ERR_MEMORY.
 */
#ifndef ADAPTERS_JSON_VIEW_H
#define ADAPTERS_JSON_VIEW_H

#include "domain/account/identity.h"
#include "domain/account/session.h"
#include "domain/alarm/notification.h"
#include "domain/mypage/mypage.h"

#include <json-c/json.h>

/* {id, hostId, name, description, city, capacity, price, currency, language, status, version, createdAt,
 * updatedAt} */
MUST_CHECK enum err room_view(const struct room *room, struct json_object **ret_json);

/* {id, reference, roomId, hostId, guestId, startDate, endDate, nights, guests, price, currency,
 * contact: {name, email, phone, mailing}, language, status, payId, payUntil, version, keyVersion, createdAt,
 * updatedAt}; mailing is there only if not everything is mailed */
MUST_CHECK enum err book_view(const struct book *book, struct json_object **ret_json);

/* {id, bookId, roomId, hostId, guestId, price, currency, startDate, endDate, language, status,
 * version, createdAt, updatedAt} */
MUST_CHECK enum err payment_view(const struct payment *payment, struct json_object **ret_json);

/* {bookId, roomId, roomName, hostId, guestId, guestName, payId, price, currency, startDate,
 * endDate, status, payStatus, version, updatedAt}; payId and payStatus are null while no payment is
 * known (a tombstone is none) */
MUST_CHECK enum err mypage_view(const struct mypage *mypage, struct json_object **ret_json);

/* {id, bookId, recipientId, role, event, message, createdAt, read, deliveries: [{channel, state,
 * attempts, deliveredAt, nextAt, reason}]}; bookId is null for events of a room, deliveredAt until
 * it is delivered, nextAt unless it waits, reason unless a try failed */
MUST_CHECK enum err notification_view(const struct notification *notification,
                                      struct json_object **ret_json);

/* {recipientId, email, webhookUrl, webhookSecret, language}; members that were not set are null. With an
 * e-mail that is not confirmed also emailConfirmed, which is false. */
MUST_CHECK enum err notification_settings_view(const struct notification_settings *settings,
                                               struct json_object **ret_json);

/* {id, email, name, language, roles: ["guest", ...], verified, secondFactor, version, createdAt,
 * updatedAt}; language is null if the owner has chosen none */
MUST_CHECK enum err account_view(const struct account *account, struct json_object **ret_json);

/* {id, issuer, subject, createdAt} */
MUST_CHECK enum err identity_view(const struct identity *identity, struct json_object **ret_json);

/* {id, createdAt, seenAt, address, agent} */
MUST_CHECK enum err session_view(const struct session *session, struct json_object **ret_json);

/*
 * The reverse, for events and for responses of other services: every member is required, others
 * (such as links) are ignored. ERR_INVALID: the struct may be partly filled.
 */
MUST_CHECK enum err room_view_read(const struct json_object *json, struct room *ret_room);
MUST_CHECK enum err book_view_read(const struct json_object *json, struct book *ret_book);
MUST_CHECK enum err payment_view_read(const struct json_object *json, struct payment *ret_payment);

#endif
