/* SPDX-License-Identifier: MIT */
#include "tests/fakes/notification_fake.h"

#include <stdio.h>
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

struct holder
notification_fake_holder(const struct notification_fake *fake, uint64_t book_id)
{
	for (size_t i = 0; i < fake->n_contacts; i++)
		if (fake->contacts[i].book_id == book_id)
			return fake->contacts[i].holder;
	return (struct holder){.book_id = book_id, .key_version = BOOK_KEY_FIRST};
}

/* What nobody was told goes to the account that has claimed the booking meanwhile. */
static void
hand_over(struct notification_fake *fake)
{
	for (size_t i = 0; i < fake->n_notifications; i++) {
		struct notification *told = &fake->notifications[i];
		const struct holder holder = notification_fake_holder(fake, told->book_id);
		told->recipient_id = notification_owner(told, &holder);
		told->key_version = holder.key_version;
	}
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

/* What a notification, and its event, say of the guest. */
static void
forget(struct notification_fake *fake, struct notification *told, const char *message)
{
	event_erase(&fake->events[told->id - 1]);
	if (notification_names_guest(told->role))
		snprintf(told->message, MESSAGE_SIZE, "%s", message);
	else
		delivery_fake_forget(fake, told, false);
}

static void
create_one(struct notification_fake *fake, const struct new_notification *wanted,
           const struct notification_rules *rules)
{
	const struct holder holder = notification_fake_holder(fake, wanted->notification.book_id);
	const uint64_t owner_id = notification_owner(&wanted->notification, &holder);
	const enum language language =
		notification_fake_language(fake, owner_id, wanted->asked, rules);
	struct notification *new = &fake->notifications[fake->n_notifications++];
	*new = wanted->notification;
	new->recipient_id = owner_id;
	new->key_version = holder.key_version;
	new->id = fake->n_notifications;
	new->read = false;
	memcpy(new->message, wanted->messages[language], MESSAGE_SIZE);
	fake->events[new->id - 1] = *wanted->event;
	if (delivery_fake_is_erased(fake, new->book_id))
		forget(fake, new, wanted->erased_messages[language]);
	struct room_label *label = &fake->labels[new->id - 1];
	snprintf(label->name, sizeof(label->name), "%s", wanted->room_name);
	snprintf(label->language, sizeof(label->language), "%s", language_name(language));
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
	hand_over(fake);
	for (size_t i = 0; fake->fails == OK && i < n; i++)
		if (list[i].notification.created_at >= fake->watermark &&
		    !exists(fake, &list[i].notification))
			create_one(fake, &list[i], rules);
	return fake->fails;
}

static enum err
notification_fake_erase(void *self, const struct event events[], size_t n,
                        const char *const messages[LANGUAGE_MAX])
{
	struct notification_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < n; i++) {
		if (events[i].type != EVENT_BOOK_ERASED)
			continue;
		delivery_fake_erase(fake, &events[i]);
		hand_over(fake);
		for (size_t k = 0; k < fake->n_notifications; k++) {
			struct notification *told = &fake->notifications[k];
			if (told->id && told->book_id == events[i].data.book.id)
				forget(fake, told, messages[language_of(fake->labels[k].language)]);
		}
	}
	return fake->fails;
}

static enum err
notification_fake_recipient_erase(void *self, uint64_t recipient_id)
{
	struct notification_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_settings; i++)
		if (fake->settings[i].recipient_id == recipient_id)
			fake->settings[i] = (struct notification_settings){
				.recipient_id = recipient_id, .language = LANGUAGE_MAX};
	for (size_t i = 0; fake->fails == OK && i < fake->n_notifications; i++)
		if (fake->notifications[i].recipient_id == recipient_id)
			delivery_fake_forget(fake, &fake->notifications[i], true);
	return fake->fails;
}

static void
room_learn(struct notification_fake *fake, const struct event *event)
{
	size_t at = 0;
	if (event_kinds[event->type].aggregate != AGGREGATE_ROOM)
		return;
	while (at < fake->n_rooms && fake->rooms[at].room_id != event->data.room.id)
		at++;
	if (at < fake->n_rooms && fake->rooms[at].sequence >= event->sequence)
		return;
	fake->rooms[at].room_id = event->data.room.id;
	fake->rooms[at].sequence = event->sequence;
	memcpy(fake->rooms[at].label.name, event->data.room.name, sizeof(event->data.room.name));
	memcpy(fake->rooms[at].label.language, event->data.room.language, LANGUAGE_TEXT);
	fake->n_rooms += at == fake->n_rooms;
}

static enum err
notification_fake_rooms_learn(void *self, const struct event events[], size_t n,
                              struct room_label ret_labels[])
{
	struct notification_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < n; i++)
		room_learn(fake, &events[i]);
	for (size_t i = 0; fake->fails == OK && i < n; i++) {
		ret_labels[i] = (struct room_label){.name = ""};
		for (size_t k = 0; k < fake->n_rooms; k++)
			if (fake->rooms[k].room_id == event_room_id(&events[i]))
				ret_labels[i] = fake->rooms[k].label;
	}
	return fake->fails;
}

static bool
is_listed(const struct notification *notification, const struct notification_list *list)
{
	return notification->id && notification->recipient_id == list->recipient_id &&
	       (!list->book_id || notification->book_id == list->book_id) &&
	       (!list->key_version || notification->key_version == list->key_version) &&
	       (!list->unread_only || !notification->read) &&
	       (!list->of_read || notification->read == list->read) &&
	       (list->event == EVENT_TYPE_MAX || notification->event == list->event) &&
	       (!list->role || notification->role == (enum role)list->role) &&
	       notification->created_at >= list->from &&
	       (!list->until || notification->created_at < list->until);
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

enum err
notification_fake_key_find(void *self, const struct idempotency *key)
{
	const struct notification_fake *fake = self;
	for (size_t i = 0; *key->key && i < fake->n_keys; i++) {
		const struct idempotency *known = &fake->keys[i].key;
		if (strcmp(known->key, key->key) == 0 && strcmp(known->scope, key->scope) == 0)
			return memcmp(known->fingerprint, key->fingerprint,
			              sizeof(key->fingerprint)) == 0
			               ? OK
			               : ERR_KEY_REUSED;
	}
	return ERR_NOT_FOUND;
}

void
notification_fake_key_add(struct notification_fake *fake, const struct idempotency *key)
{
	if (!*key->key)
		return;
	fake->keys[fake->n_keys].key = *key;
	fake->keys[fake->n_keys++].at = instant_now();
}

static enum err
notification_fake_keys_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct notification_fake *fake = self;
	size_t n = 0;
	while (fake->fails == OK && n < max && n < fake->n_keys && fake->keys[n].at < before)
		n++;
	memmove(fake->keys, fake->keys + n, (fake->n_keys - n) * sizeof(*fake->keys));
	fake->n_keys -= n;
	*ret_n = n;
	return fake->fails;
}

static enum err
notification_fake_mark(void *self, const struct notification_mark *mark,
                       struct notification *ret_notification, bool *ret_replayed)
{
	struct notification_fake *fake = self;
	enum err err = notification_fake_find(self, mark->id, mark->recipient_id, ret_notification);
	if (err != OK)
		return err;
	err = notification_fake_key_find(fake, &mark->key);
	*ret_replayed = err == OK;
	if (err == ERR_NOT_FOUND)
		err = precondition_check(&mark->condition, notification_tag(ret_notification));
	if (err != OK || *ret_replayed)
		return err;
	ret_notification->read = fake->notifications[mark->id - 1].read = mark->read;
	notification_fake_key_add(fake, &mark->key);
	return OK;
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
settings_replace(struct notification_settings *at, const struct notification_settings *to)
{
	unsigned char random[WEBHOOK_SECRET_BYTES];
	struct notification_settings before = *at;
	*at = *to;
	memcpy(at->webhook_secret, before.webhook_secret, SECRET_SIZE);
	if (*at->webhook_url && !*at->webhook_secret) {
		if (random_bytes(random, sizeof(random)) != OK)
			return ERR_SYSTEM;
		webhook_secret(random, at->webhook_secret);
	}
	return OK;
}

static enum err
notification_fake_settings_put(void *self, const struct notification_settings_change *change,
                               struct notification_settings *ret_settings, bool *ret_replayed)
{
	struct notification_fake *fake = self;
	const uint64_t recipient_id = change->to.recipient_id;
	size_t at = 0;
	while (at < fake->n_settings && fake->settings[at].recipient_id != recipient_id)
		at++;
	enum err err = notification_fake_settings_find(self, recipient_id, ret_settings);
	if (err != OK)
		return err;
	err = notification_fake_key_find(fake, &change->key);
	*ret_replayed = err == OK;
	if (err == ERR_NOT_FOUND)
		err = precondition_check(&change->condition,
		                         notification_settings_tag(ret_settings));
	if (err != OK || *ret_replayed)
		return err;
	err = settings_replace(&fake->settings[at], &change->to);
	fake->n_settings += at == fake->n_settings;
	notification_fake_key_add(fake, &change->key);
	*ret_settings = fake->settings[at];
	return err;
}

static enum err
notification_fake_settings_confirm(void *self, uint64_t recipient_id, const char *email)
{
	struct notification_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_settings; i++)
		if (fake->settings[i].recipient_id == recipient_id &&
		    strcmp(fake->settings[i].email, email) == 0)
			fake->settings[i].unconfirmed = false;
	return fake->fails;
}

static enum err
notification_fake_contact_confirm(void *self, uint64_t book_id, uint32_t key_version)
{
	struct notification_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_contacts; i++) {
		if (fake->contacts[i].book_id != book_id ||
		    fake->contacts[i].holder.key_version != key_version)
			continue;
		fake->contacts[i].confirmed = true;
		return OK;
	}
	return fake->fails == OK ? ERR_NOT_FOUND : fake->fails;
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
	                                   .erase = notification_fake_erase,
	                                   .recipient_erase = notification_fake_recipient_erase,
	                                   .rooms_learn = notification_fake_rooms_learn,
	                                   .list = notification_fake_list,
	                                   .find = notification_fake_find,
	                                   .mark = notification_fake_mark,
	                                   .settings_find = notification_fake_settings_find,
	                                   .settings_put = notification_fake_settings_put,
	                                   .settings_confirm = notification_fake_settings_confirm,
	                                   .contact_confirm = notification_fake_contact_confirm,
	                                   .again = delivery_fake_again,
	                                   .key_find = notification_fake_key_find,
	                                   .keys_purge = notification_fake_keys_purge,
	                                   .notifications_purge = notification_fake_purge,
	                                   .deliveries_purge = delivery_fake_purge};
}
