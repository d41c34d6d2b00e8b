/* SPDX-License-Identifier: MIT */
#include "tests/fakes/notification_fake.h"

#include <string.h>

const struct notification_settings *
notification_fake_settings(const struct notification_fake *fake, uint64_t recipient_id)
{
	for (size_t i = 0; i < fake->n_settings; i++)
		if (fake->settings[i].recipient_id == recipient_id)
			return &fake->settings[i];
	return NULL;
}

struct delivery *
notification_fake_delivery(struct notification *notification, enum channel channel)
{
	for (size_t i = 0; i < notification->n_deliveries; i++)
		if (notification->deliveries[i].channel == channel)
			return &notification->deliveries[i];
	return NULL;
}

static bool
exists(const struct notification_fake *fake, const struct notification *notification)
{
	for (size_t i = 0; i < fake->n_notifications; i++)
		if (fake->notifications[i].id &&
		    fake->notifications[i].role == notification->role &&
		    strcmp(fake->notifications[i].event_id, notification->event_id) == 0)
			return true;
	return false;
}

static void
create_one(struct notification_fake *fake, const struct new_notification *wanted,
           const struct notification_rules *rules)
{
	const enum language language = notification_fake_language(
		fake, wanted->notification.recipient_id, wanted->asked, rules);
	struct notification *new = &fake->notifications[fake->n_notifications++];
	*new = wanted->notification;
	new->id = fake->n_notifications;
	new->read = false;
	memcpy(new->message, wanted->messages[language], MESSAGE_SIZE);
	fake->events[new->id - 1] = *wanted->event;
	new->deliveries[0] = (struct delivery){.channel = CHANNEL_INBOX,
	                                       .state = DELIVERY_DELIVERED,
	                                       .attempts = 1,
	                                       .delivered_at = instant_now()};
	new->n_deliveries = 1;
	delivery_fake_add(fake, new, language, rules);
}

static enum err
notification_fake_create(void *self, const struct new_notification list[], size_t n,
                         const struct notification_rules *rules)
{
	struct notification_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < n; i++)
		delivery_fake_contact(fake, list[i].event);
	for (size_t i = 0; fake->fails == OK && i < n; i++)
		if (list[i].notification.created_at >= fake->watermark &&
		    !exists(fake, &list[i].notification))
			create_one(fake, &list[i], rules);
	return fake->fails;
}

static bool
is_listed(const struct notification *notification, const struct notification_list *list)
{
	return notification->id && notification->recipient_id == list->recipient_id &&
	       (!list->book_id || notification->book_id == list->book_id) &&
	       (!list->unread_only || !notification->read);
}

static bool
comes_before(const struct notification *a, const struct notification *b,
             const struct paging *paging)
{
	const bool by_time = paging->sort == NOTIFICATION_SORT_CREATED_AT;
	const bool less = by_time && a->created_at != b->created_at ? a->created_at < b->created_at
	                                                            : a->id < b->id;
	return less != paging->descending;
}

static enum err
notification_fake_list(void *self, const struct notification_list *list,
                       void (*visit)(void *arg, const struct notification *notification), void *arg,
                       uint64_t *ret_total)
{
	const struct notification_fake *fake = self;
	const struct notification *found[NOTIFICATION_FAKE_MAX];
	size_t n = 0;
	for (size_t i = 0; i < fake->n_notifications; i++) {
		size_t at = n;
		if (!is_listed(&fake->notifications[i], list))
			continue;
		for (;
		     at > 0 && comes_before(&fake->notifications[i], found[at - 1], &list->paging);
		     at--)
			found[at] = found[at - 1];
		found[at] = &fake->notifications[i];
		n++;
	}
	const size_t first = (size_t)list->paging.page * list->paging.size;
	for (size_t i = first; fake->fails == OK && i < n && i < first + list->paging.size; i++)
		visit(arg, found[i]);
	*ret_total = n;
	return fake->fails;
}

static enum err
notification_fake_find(void *self, uint64_t id, uint64_t recipient_id,
                       struct notification *ret_notification)
{
	const struct notification_fake *fake = self;
	if (fake->fails != OK)
		return fake->fails;
	if (id == 0 || id > fake->n_notifications || !fake->notifications[id - 1].id ||
	    fake->notifications[id - 1].recipient_id != recipient_id)
		return ERR_NOT_FOUND;
	*ret_notification = fake->notifications[id - 1];
	return OK;
}

static enum err
notification_fake_mark(void *self, uint64_t id, uint64_t recipient_id, bool read,
                       struct notification *ret_notification)
{
	struct notification_fake *fake = self;
	enum err err = notification_fake_find(self, id, recipient_id, ret_notification);
	if (err == OK)
		ret_notification->read = fake->notifications[id - 1].read = read;
	return err;
}

static enum err
notification_fake_settings_find(void *self, uint64_t recipient_id,
                                struct notification_settings *ret_settings)
{
	const struct notification_fake *fake = self;
	const struct notification_settings *found = notification_fake_settings(fake, recipient_id);
	if (fake->fails == OK)
		*ret_settings = found ? *found
		                      : (struct notification_settings){.recipient_id = recipient_id,
		                                                       .language = LANGUAGE_MAX};
	return fake->fails;
}

static enum err
notification_fake_settings_put(void *self, const struct notification_settings *settings,
                               struct notification_settings *ret_settings)
{
	struct notification_fake *fake = self;
	unsigned char random[WEBHOOK_SECRET_BYTES];
	size_t at = 0;
	while (at < fake->n_settings && fake->settings[at].recipient_id != settings->recipient_id)
		at++;
	if (fake->fails != OK)
		return fake->fails;
	struct notification_settings *to = &fake->settings[at];
	struct notification_settings before = *to;
	*to = *settings;
	memcpy(to->webhook_secret, before.webhook_secret, SECRET_SIZE);
	if (*to->webhook_url && !*to->webhook_secret) {
		if (random_bytes(random, sizeof(random)) != OK)
			return ERR_SYSTEM;
		webhook_secret(random, to->webhook_secret);
	}
	fake->n_settings += at == fake->n_settings;
	*ret_settings = *to;
	return OK;
}

static enum err
notification_fake_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct notification_fake *fake = self;
	size_t n = 0;
	if (fake->fails == OK && before > fake->watermark)
		fake->watermark = before;
	for (size_t i = 0; fake->fails == OK && i < fake->n_notifications && n < max; i++) {
		struct notification *old = &fake->notifications[i];
		if (!old->id || old->created_at >= before || delivery_fake_waits(old))
			continue;
		*old = (struct notification){.id = 0};
		n++;
	}
	*ret_n = n;
	return fake->fails;
}

struct notification_store
notification_fake_port(struct notification_fake *fake)
{
	return (struct notification_store){.self = fake,
	                                   .create = notification_fake_create,
	                                   .list = notification_fake_list,
	                                   .find = notification_fake_find,
	                                   .mark = notification_fake_mark,
	                                   .settings_find = notification_fake_settings_find,
	                                   .settings_put = notification_fake_settings_put,
	                                   .again = delivery_fake_again,
	                                   .notifications_purge = notification_fake_purge,
	                                   .deliveries_purge = delivery_fake_purge};
}
