/* SPDX-License-Identifier: MIT */
/*
 * notification_fake - a notification_store and its delivery_store in memory, for tests.
 */
#ifndef TESTS_FAKES_NOTIFICATION_FAKE_H
#define TESTS_FAKES_NOTIFICATION_FAKE_H

#include "app/ports.h"

#define NOTIFICATION_FAKE_MAX 256 /* more than a test needs */

/* What only the delivery_store knows about a delivery. */
struct outgoing_fake {
	uint64_t notification_id; /* 0: unused */
	enum channel channel;
	char target[URL_SIZE], destination[DESTINATION_SIZE];
	enum language language;
	uint32_t copies;
	instant_t since, asked_at, leased_until;
};

struct destination_fake {
	char name[DESTINATION_SIZE];
	enum channel channel;
	uint32_t failures;
	instant_t busy_until;
};

struct notification_fake {
	enum err fails; /* the outcome of every call; OK: they work */
	/* in the order of their ids, from 1; id 0: deleted */
	struct notification notifications[NOTIFICATION_FAKE_MAX];
	struct notification_settings settings[16];
	struct event events[NOTIFICATION_FAKE_MAX]; /* of each notification; id "": deleted */
	struct outgoing_fake outgoing[2 * NOTIFICATION_FAKE_MAX];
	struct destination_fake destinations[16];
	struct {
		uint64_t book_id, sequence;
		char email[EMAIL_SIZE];
		enum contact_mailing mailing;
		bool confirmed;
		struct holder holder;
		bool erased;
	} contacts[NOTIFICATION_FAKE_MAX];
	struct {
		struct idempotency key;
		instant_t at;
	} keys[16]; /* oldest first */
	size_t n_notifications, n_settings, n_outgoing, n_destinations, n_contacts, n_keys, n_rooms;
	struct {
		uint64_t room_id, sequence;
		struct room_label label;
	} rooms[NOTIFICATION_FAKE_MAX];
	struct room_label
		labels[NOTIFICATION_FAKE_MAX]; /* room and language of each notification */
	instant_t watermark;
	instant_t ahead_ms; /* how far its clock is ahead of the real one */
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. */
struct notification_store notification_fake_port(struct notification_fake *fake);
struct delivery_store delivery_fake_port(struct notification_fake *fake);

/* What the fake's parts share. */
struct delivery *notification_fake_delivery(struct notification *notification,
                                            enum channel channel);
const struct notification_settings *notification_fake_settings(const struct notification_fake *fake,
                                                               uint64_t recipient_id);
/* Who has a booking, as its newest event said; by nobody with the first key: no event came. */
struct holder notification_fake_holder(const struct notification_fake *fake, uint64_t book_id);
void delivery_fake_contact(struct notification_fake *fake, const struct event *event);
bool delivery_fake_is_erased(const struct notification_fake *fake, uint64_t book_id);
void delivery_fake_erase(struct notification_fake *fake, const struct event *event);
void delivery_fake_forget(struct notification_fake *fake, struct notification *notification,
                          bool webhooks);
enum language notification_fake_language(const struct notification_fake *fake,
                                         uint64_t recipient_id, enum language asked,
                                         const struct notification_rules *rules);
void delivery_fake_add(struct notification_fake *fake, struct notification *notification,
                       enum language language, const struct notification_rules *rules);
bool delivery_fake_waits(const struct notification *notification);
enum err delivery_fake_purge(void *self, instant_t before, size_t max, size_t *ret_n);
enum err delivery_fake_again(void *self, const struct redelivery_request *again,
                             struct notification *ret_notification, bool *ret_replayed);

/* ERR_NOT_FOUND: the key is new; ERR_KEY_REUSED. */
enum err notification_fake_key_find(void *self, const struct idempotency *key);
void notification_fake_key_add(struct notification_fake *fake, const struct idempotency *key);

#endif
