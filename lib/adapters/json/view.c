/* SPDX-License-Identifier: MIT */
/* view - one JSON view per aggregate, each a table. */
#include "adapters/json/view.h"

#include "adapters/json/members.h"

static const struct member room_members[] = {
	MEMBER(room, id, ID, "id"),
	MEMBER(room, host_id, NUMBER, "hostId"),
	MEMBER(room, name, TEXT, "name"),
	MEMBER(room, description, TEXT, "description"),
	MEMBER(room, city, TEXT, "city"),
	MEMBER(room, capacity, COUNT, "capacity"),
	MEMBER(room, price, NUMBER, "price"),
	MEMBER(room, currency, TEXT, "currency"),
	MEMBER(room, language, TEXT_NEW, "language"),
	MEMBER_ENUM(room, status, room_status_name, ROOM_STATUS_MAX, "status"),
	MEMBER(room, version, ID, "version"),
	MEMBER(room, created_at, INSTANT, "createdAt"),
	MEMBER(room, updated_at, INSTANT, "updatedAt"),
	MEMBER_END,
};

static const struct member contact_members[] = {
	MEMBER(contact, name, TEXT, "name"),
	MEMBER(contact, email, TEXT, "email"),
	MEMBER(contact, phone, TEXT, "phone"),
	MEMBER_ENUM_IF_ANY(contact, mailing, contact_mailing_name, MAILING_MAX, "mailing"),
	MEMBER_END,
};

static const struct member book_members[] = {
	MEMBER(book, id, ID, "id"),
	MEMBER(book, reference, TEXT, "reference"),
	MEMBER(book, room_id, ID, "roomId"),
	MEMBER(book, host_id, NUMBER, "hostId"),
	MEMBER(book, guest_id, NUMBER, "guestId"),
	MEMBER(book, stay.start, DAY, "startDate"),
	MEMBER(book, stay.end, DAY, "endDate"),
	MEMBER(book, guests, COUNT, "guests"),
	MEMBER(book, price, NUMBER, "price"),
	MEMBER(book, currency, TEXT, "currency"),
	MEMBER_STRUCT(book, contact, contact_members, "contact"),
	MEMBER(book, language, TEXT_NEW, "language"),
	MEMBER_ENUM(book, status, book_status_name, BOOK_STATUS_MAX, "status"),
	MEMBER(book, pay_id, NUMBER_0, "payId"),
	MEMBER(book, pay_until, INSTANT_0, "payUntil"),
	MEMBER(book, version, ID, "version"),
	MEMBER(book, key_version, COUNT_NEW, "keyVersion"),
	MEMBER(book, created_at, INSTANT, "createdAt"),
	MEMBER(book, updated_at, INSTANT, "updatedAt"),
	MEMBER_END,
};

static const struct member payment_members[] = {
	MEMBER(payment, id, ID, "id"),
	MEMBER(payment, book_id, ID, "bookId"),
	MEMBER(payment, room_id, ID, "roomId"),
	MEMBER(payment, host_id, NUMBER, "hostId"),
	MEMBER(payment, guest_id, NUMBER, "guestId"),
	MEMBER(payment, price, NUMBER, "price"),
	MEMBER(payment, currency, TEXT, "currency"),
	MEMBER(payment, stay.start, DAY, "startDate"),
	MEMBER(payment, stay.end, DAY, "endDate"),
	MEMBER(payment, language, TEXT_NEW, "language"),
	MEMBER_ENUM(payment, status, payment_status_name, PAYMENT_STATUS_MAX, "status"),
	MEMBER(payment, version, ID, "version"),
	MEMBER(payment, created_at, INSTANT, "createdAt"),
	MEMBER(payment, updated_at, INSTANT, "updatedAt"),
	MEMBER_END,
};

static const struct member mypage_members[] = {
	MEMBER(mypage, book_id, ID, "bookId"),
	MEMBER(mypage, room_id, ID, "roomId"),
	MEMBER(mypage, room_name, TEXT, "roomName"),
	MEMBER(mypage, host_id, NUMBER, "hostId"),
	MEMBER(mypage, guest_id, NUMBER, "guestId"),
	MEMBER(mypage, guest_name, TEXT, "guestName"),
	MEMBER(mypage, pay_id, NUMBER_0, "payId"),
	MEMBER(mypage, price, NUMBER, "price"),
	MEMBER(mypage, currency, TEXT, "currency"),
	MEMBER(mypage, stay.start, DAY, "startDate"),
	MEMBER(mypage, stay.end, DAY, "endDate"),
	MEMBER_ENUM(mypage, status, book_status_name, BOOK_STATUS_MAX, "status"),
	/* a tombstone says that there never will be a payment: nobody is shown one */
	MEMBER_ENUM(mypage, pay_status, payment_status_name, PAY_VOIDED, "payStatus"),
	MEMBER(mypage, version, ID, "version"),
	MEMBER(mypage, updated_at, INSTANT, "updatedAt"),
	MEMBER_END,
};

static const struct member notification_members[] = {
	MEMBER(notification, id, ID, "id"),
	MEMBER(notification, book_id, NUMBER_0, "bookId"),
	MEMBER(notification, recipient_id, NUMBER, "recipientId"),
	MEMBER_ENUM(notification, role, role_name, ROLE_OPERATOR, "role"),
	MEMBER_ENUM(notification, event, event_type_name, EVENT_TYPE_MAX, "event"),
	MEMBER(notification, message, TEXT, "message"),
	MEMBER(notification, created_at, INSTANT, "createdAt"),
	MEMBER(notification, read, FLAG, "read"),
	MEMBER_END,
};

static const struct member delivery_members[] = {
	MEMBER_ENUM(delivery, channel, channel_shown, CHANNEL_MAX, "channel"),
	MEMBER_ENUM(delivery, state, delivery_state_name, DELIVERY_STATE_MAX, "state"),
	MEMBER(delivery, attempts, COUNT, "attempts"),
	MEMBER(delivery, delivered_at, INSTANT_0, "deliveredAt"),
	MEMBER(delivery, next_at, INSTANT_0, "nextAt"),
	MEMBER(delivery, reason, TEXT_0, "reason"),
	MEMBER_END,
};

static const struct member settings_members[] = {
	MEMBER(notification_settings, recipient_id, NUMBER, "recipientId"),
	MEMBER(notification_settings, email, TEXT_0, "email"),
	MEMBER(notification_settings, webhook_url, TEXT_0, "webhookUrl"),
	MEMBER(notification_settings, webhook_secret, TEXT_0, "webhookSecret"),
	MEMBER_ENUM(notification_settings, language, language_name, LANGUAGE_MAX, "language"),
	MEMBER_END,
};

static const struct member account_members[] = {
	MEMBER(account, id, ID, "id"),
	MEMBER(account, email, TEXT, "email"),
	MEMBER(account, name, TEXT, "name"),
	MEMBER(account, language, TEXT_0, "language"),
	MEMBER(account, verified, FLAG, "verified"),
	MEMBER(account, second_factor, FLAG, "secondFactor"),
	MEMBER(account, version, ID, "version"),
	MEMBER(account, created_at, INSTANT, "createdAt"),
	MEMBER(account, updated_at, INSTANT, "updatedAt"),
	MEMBER_END,
};

static const struct member identity_members[] = {
	MEMBER(identity, id, ID, "id"), MEMBER(identity, issuer, TEXT, "issuer"),
	MEMBER(identity, subject, TEXT, "subject"),
	MEMBER(identity, created_at, INSTANT, "createdAt"), MEMBER_END};

static const struct member session_members[] = {
	MEMBER(session, id, ID, "id"),
	MEMBER(session, created_at, INSTANT, "createdAt"),
	MEMBER(session, seen_at, INSTANT, "seenAt"),
	MEMBER(session, address, TEXT, "address"),
	MEMBER(session, agent, TEXT, "agent"),
	MEMBER_END,
};

static enum err
view_make(const struct member table[], const void *from, struct json_object **ret_json)
{
	struct json_object *json = json_new_object();
	members_write(table, from, &json);
	if (!json)
		return ERR_MEMORY;
	*ret_json = json;
	return OK;
}

enum err
room_view(const struct room *room, struct json_object **ret_json)
{
	return view_make(room_members, room, ret_json);
}

enum err
book_view(const struct book *book, struct json_object **ret_json)
{
	struct json_object *json;
	enum err err = view_make(book_members, book, &json);
	if (err != OK)
		return err;
	json_put_u64(&json, "nights", (uint64_t)stay_nights(book->stay));
	if (!json)
		return ERR_MEMORY;
	*ret_json = json;
	return OK;
}

enum err
payment_view(const struct payment *payment, struct json_object **ret_json)
{
	return view_make(payment_members, payment, ret_json);
}

enum err
mypage_view(const struct mypage *mypage, struct json_object **ret_json)
{
	return view_make(mypage_members, mypage, ret_json);
}

enum err
notification_view(const struct notification *notification, struct json_object **ret_json)
{
	struct json_object *json = json_new_object(), *deliveries = json_new_array();
	members_write(notification_members, notification, &json);
	for (size_t i = 0; i < notification->n_deliveries; i++) {
		struct json_object *delivery = json_new_object();
		members_write(delivery_members, &notification->deliveries[i], &delivery);
		json_append(&deliveries, delivery);
	}
	json_put_value(&json, "deliveries", deliveries);
	if (!json)
		return ERR_MEMORY;
	*ret_json = json;
	return OK;
}

enum err
notification_settings_view(const struct notification_settings *settings,
                           struct json_object **ret_json)
{
	enum err err = view_make(settings_members, settings, ret_json);
	if (err != OK || !*settings->email || !settings->unconfirmed)
		return err;
	json_put_bool(ret_json, "emailConfirmed", false);
	return *ret_json ? OK : ERR_MEMORY;
}

enum err
room_view_read(const struct json_object *json, struct room *ret_room)
{
	return members_read(room_members, json, ret_room);
}

enum err
book_view_read(const struct json_object *json, struct book *ret_book)
{
	return members_read(book_members, json, ret_book);
}

enum err
payment_view_read(const struct json_object *json, struct payment *ret_payment)
{
	return members_read(payment_members, json, ret_payment);
}

/* ---- accounts ---- */

static struct json_object *
roles_json(unsigned roles)
{
	struct json_object *list = json_new_array();
	for (unsigned role = ROLE_GUEST; role <= ROLE_OPERATOR; role <<= 1)
		if (roles & role)
			json_append(&list, json_object_new_string(role_name((enum role)role)));
	return list;
}

enum err
account_view(const struct account *account, struct json_object **ret_json)
{
	struct json_object *json;
	enum err err = view_make(account_members, account, &json);
	if (err != OK)
		return err;
	json_put_value(&json, "roles", roles_json(account_roles(account, true)));
	if (!json)
		return ERR_MEMORY;
	*ret_json = json;
	return OK;
}

enum err
identity_view(const struct identity *identity, struct json_object **ret_json)
{
	return view_make(identity_members, identity, ret_json);
}

enum err
session_view(const struct session *session, struct json_object **ret_json)
{
	return view_make(session_members, session, ret_json);
}
