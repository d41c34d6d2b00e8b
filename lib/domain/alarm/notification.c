/* SPDX-License-Identifier: MIT */
#include "domain/alarm/notification.h"

#include "domain/precondition.h"

#include "base/base64.h"

#include <stdio.h>
#include <string.h>

enum language
notification_language(uint64_t recipient_id, enum language chosen, enum language asked,
                      enum language fallback)
{
	if (recipient_is_somebody(recipient_id) && chosen < LANGUAGE_MAX)
		return chosen;
	return asked < LANGUAGE_MAX ? asked : fallback;
}

static bool
reported_to_host(enum event_type type)
{
	return event_kinds[type].aggregate == AGGREGATE_ROOM || type == EVENT_BOOKED ||
	       type == EVENT_BOOK_CANCELED;
}

/* Of a payment that follows its booking there is nothing to tell beside the claim, and after an erasure there
 * is nobody to be told. */
static bool
reported_to_guest(enum event_type type)
{
	return event_kinds[type].aggregate != AGGREGATE_ROOM && type != EVENT_PAYMENT_CLAIMED &&
	       type != EVENT_BOOK_ERASED;
}

bool
notification_recipient(const struct event *event, enum role role, uint64_t *ret_id)
{
	uint64_t guest_id = 0, host_id = 0;
	const enum aggregate aggregate = event_kinds[event->type].aggregate;
	switch (aggregate) {
	case AGGREGATE_ROOM: host_id = event->data.room.host_id; break;
	case AGGREGATE_BOOK:
		guest_id = event->data.book.guest_id;
		host_id = event->data.book.host_id;
		break;
	case AGGREGATE_PAYMENT:
		guest_id = event->data.payment.guest_id;
		host_id = event->data.payment.host_id;
		break;
	}
	*ret_id = role == ROLE_GUEST ? guest_id : host_id;
	return role == ROLE_GUEST ? reported_to_guest(event->type) : reported_to_host(event->type);
}

bool
notification_names_guest(enum role role)
{
	return role == ROLE_HOST;
}

uint64_t
notification_owner(const struct notification *notification, const struct holder *holder)
{
	const bool is_nobodys = notification->recipient_id == 0 && notification->book_id != 0 &&
	                        notification->role == ROLE_GUEST;
	const bool is_claimed = holder->key_version > BOOK_KEY_FIRST;
	return is_nobodys && is_claimed ? holder->guest_id : notification->recipient_id;
}

void
webhook_secret(const unsigned char random[WEBHOOK_SECRET_BYTES], char ret_secret[SECRET_SIZE])
{
	char text[BASE64_SIZE(WEBHOOK_SECRET_BYTES)];
	snprintf(ret_secret, SECRET_SIZE, WEBHOOK_SECRET_BEGIN "%s",
	         base64_write(random, WEBHOOK_SECRET_BYTES, text));
}

#define TAG_ADD(tag, member) tag_add(tag, &(member), sizeof(member))

uint64_t
notification_tag(const struct notification *notification)
{
	uint64_t tag = TAG_ADD(0, notification->id);
	tag = TAG_ADD(tag, notification->read);
	for (size_t i = 0; i < notification->n_deliveries; i++) {
		const struct delivery *delivery = &notification->deliveries[i];
		tag = TAG_ADD(tag, delivery->channel);
		tag = TAG_ADD(tag, delivery->state);
		tag = TAG_ADD(tag, delivery->attempts);
		tag = TAG_ADD(tag, delivery->delivered_at);
		tag = TAG_ADD(tag, delivery->next_at);
		tag = tag_add_text(tag, delivery->reason);
	}
	return tag_end(tag);
}

uint64_t
notification_settings_tag(const struct notification_settings *settings)
{
	uint64_t tag = TAG_ADD(0, settings->recipient_id);
	tag = tag_add_text(tag, settings->email);
	tag = TAG_ADD(tag, settings->unconfirmed);
	tag = tag_add_text(tag, settings->webhook_url);
	tag = tag_add_text(tag, settings->webhook_secret);
	return tag_end(TAG_ADD(tag, settings->language));
}
