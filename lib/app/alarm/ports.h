/* SPDX-License-Identifier: MIT */
/*
 * ports - what alarm needs from outside: its stores and its outgoing channels. app/ports.h says
 * what is true of all ports.
 */
#ifndef APP_ALARM_PORTS_H
#define APP_ALARM_PORTS_H

#include "app/paging.h"
#include "domain/alarm/mail_permit.h"
#include "domain/alarm/notification.h"
#include "domain/precondition.h"

enum notification_sort {
	NOTIFICATION_SORT_ID,
	NOTIFICATION_SORT_CREATED_AT,
	NOTIFICATION_SORT_MAX
};

struct notification_list {
	uint64_t recipient_id;
	uint64_t book_id;     /* 0: of any */
	uint32_t key_version; /* only while the key of their booking has this version; 0: any */
	bool unread_only;
	bool of_read, read;    /* only those that are read, or that are not */
	enum event_type event; /* EVENT_TYPE_MAX: any */
	unsigned role;         /* ROLE_GUEST, ROLE_HOST; 0: any */
	instant_t from,
		until; /* created not before `from`, and before `until`; until 0: it is open */
	struct paging paging;
};

/* A recipient marks a notification as read or unread. */
struct notification_mark {
	uint64_t id, recipient_id;
	bool read;
	struct precondition condition; /* on notification_tag() */
	struct idempotency key;
};

/* A recipient's new settings. */
struct notification_settings_change {
	struct notification_settings to;
	struct precondition condition; /* on notification_settings_tag() of the present ones */
	struct idempotency key;
};

/* A recipient's request for another delivery of a notification. */
struct redelivery_request {
	uint64_t notification_id, recipient_id;
	struct precondition condition; /* on notification_tag() */
	struct idempotency key;
	enum channel channel;
	struct notification_rules rules;
	uint32_t pause_s; /* between two such requests */
};

struct notification_store {
	void *self;

	/*
	 * Consumer: creates notifications, in the language each recipient has chosen or else in the
	 * fallback. The inbox gets them at once; deliveries by mail and webhook wait where
	 * delivery_target() finds a target for them. Stores each booking's contact and holder as its
	 * newest event has them; notifications go to their notification_owner(), those that were
	 * created before a claim as well. A notification that exists (event and role) is left alone; nothing is
	 * created for events before the watermark of notifications_purge(). All of them or none.
	 */
	enum err (*create)(void *self, const struct new_notification list[], size_t n,
	                   const struct notification_rules *rules);

	/*
	 * Consumer: for each BookErased among the events, overwrites what is stored of the guest: the
	 * contact, the messages that name the guest (by `messages`, in the language of each), the contact
	 * in kept events, and the addresses of deliveries to the guest; mails to the guest that wait are
	 * dropped. The booking is known as erased from then on: create() stores nothing of the guest from
	 * events of before. All of them or none.
	 */
	enum err (*erase)(void *self, const struct event events[], size_t n,
	                  const char *const messages[LANGUAGE_MAX]);

	/* Deletes the settings of a recipient, the addresses of deliveries to it, and what waits to be sent to
	 * it by mail or webhook. Its notifications stay. */
	enum err (*recipient_erase)(void *self, uint64_t recipient_id);

	/* Consumer: stores the labels that the newest events of rooms have. ret_labels[i] becomes
	 * that of the room of events[i], as it is known then. */
	enum err (*rooms_learn)(void *self, const struct event events[], size_t n,
	                        struct room_label ret_labels[]);

	enum err (*list)(void *self, const struct notification_list *list,
	                 void (*visit)(void *arg, const struct notification *notification),
	                 void *arg, uint64_t *ret_total);

	/* ERR_NOT_FOUND (also: another recipient's). */
	enum err (*find)(void *self, uint64_t id, uint64_t recipient_id,
	                 struct notification *ret_notification);

	/* With a key that was used before: ret_replayed, and the notification as it is now. So it is
	 * for every function with a key. ERR_NOT_FOUND, ERR_VERSION_CONFLICT, ERR_KEY_REUSED. */
	enum err (*mark)(void *self, const struct notification_mark *mark,
	                 struct notification *ret_notification, bool *ret_replayed);

	/* The e-mail of the booking's contact is its owner's, who has opened the link in a mail. ERR_NOT_FOUND:
	 * no event of the booking has come, or the link's key counts no longer. */
	enum err (*contact_confirm)(void *self, uint64_t book_id, uint32_t key_version);

	/* The recipient's account has shown this e-mail to be its own: if the settings have it, it is
	 * confirmed. */
	enum err (*settings_confirm)(void *self, uint64_t recipient_id, const char *email);

	/* Of a recipient who has chosen nothing, settings that are empty. */
	enum err (*settings_find)(void *self, uint64_t recipient_id,
	                          struct notification_settings *ret_settings);

	/* Replaces all but the webhook's secret, which the store creates with the first URL and
	 * keeps. ret_settings: the result. ERR_VERSION_CONFLICT, ERR_KEY_REUSED. */
	enum err (*settings_put)(void *self, const struct notification_settings_change *change,
	                         struct notification_settings *ret_settings, bool *ret_replayed);

	/*
	 * Delivers a notification by a channel again, to the target of the present settings, as
	 * far as redelivery_decide() allows; CHANNEL_EMAIL stands for CHANNEL_CONTACT as well. ERR_NOT_FOUND (also: another recipient's), ERR_INVALID
	 * (no target), ERR_STATE_CONFLICT (its event is no longer stored), ERR_TOO_MANY (asked
	 * again within pause_s), ERR_VERSION_CONFLICT, ERR_KEY_REUSED.
	 */
	enum err (*again)(void *self, const struct redelivery_request *again,
	                  struct notification *ret_notification, bool *ret_replayed);

	/* Whether the key was used. ERR_NOT_FOUND: it is new, or ""; ERR_KEY_REUSED. */
	enum err (*key_find)(void *self, const struct idempotency *key);

	/* Deletes up to max keys that are older, oldest first. ret_n: how many. */
	enum err (*keys_purge)(void *self, instant_t before, size_t max, size_t *ret_n);

	/*
	 * Moves the retention watermark and deletes the notifications of what happened before it,
	 * at most max of them, oldest first, except those with a delivery that waits. From then on
	 * create() ignores events before the watermark: a redelivered old event does not bring its
	 * notification back. ret_n: the number deleted.
	 */
	enum err (*notifications_purge)(void *self, instant_t before, size_t max, size_t *ret_n);

	/* Deletes deliveries by mail and webhook that have ended and were created before, and
	 * events that are older unless a delivery of theirs waits; at most max of each. ret_n: the
	 * number of both together. */
	enum err (*deliveries_purge)(void *self, instant_t before, size_t max, size_t *ret_n);
};

/* A delivery that was claimed, with all that sending it needs. */
struct delivery_job {
	uint64_t notification_id;
	enum channel channel;
	uint32_t
		attempts; /* including this one; it also distinguishes this claim from older ones */
	uint64_t age_s;   /* since the delivery was created */
	instant_t since;  /* when it was created, or last requested again after it had ended */
	uint32_t copies;  /* how often it was requested again after it had ended */
	char target[URL_SIZE];
	enum address_standing standing; /* of the target of a mail */
	char secret[SECRET_SIZE];       /* webhook */
	enum role role;
	enum language language;
	char message[MESSAGE_SIZE];
	char room_name[TEXT_SIZE(ROOM_NAME_CHARS)]; /* as the message has it; "": unknown */
	uint32_t key_version; /* of the key of its booking that counts now; 0: unknown */
	struct event event;
	char *body; /* the event as JSON; owned by the job; NULL: it is not readable */
	size_t body_len;
};

/* Due deliveries to one destination. */
struct delivery_batch {
	char destination[DESTINATION_SIZE];
	uint32_t failures;      /* how often in a row the destination was unreachable */
	instant_t leased_until; /* distinguishes this claim from later ones */
	struct delivery_job *jobs;
	size_t n;
};

/* The outcome of a claimed delivery. */
struct delivery_outcome {
	enum delivery_state state;
	uint32_t pause_ms;        /* DELIVERY_WAITING: until the next attempt */
	bool counted;             /* false: no attempt was made; the claim does not count as one */
	char reason[REASON_SIZE]; /* of a failure; "": none. One that is not counted keeps the
	                           * reason before, unless it has one */
};

struct delivery_backlog {
	uint64_t waiting[CHANNEL_MAX], failed[CHANNEL_MAX];
	instant_t oldest[CHANNEL_MAX]; /* when the oldest that waits was created; 0: none waits */
};

struct delivery_store {
	void *self;

	/*
	 * Claims up to max due deliveries by a channel, oldest first, all to one destination: of
	 * those with due deliveries the one that was served longest ago. No other claim takes the
	 * destination for lease_s seconds; no row stays locked. jobs has room for max; the caller
	 * frees each body. With nothing due the destination is "". A delivery without an address
	 * (the booking's contact has none) is dropped, so n may be 0 with a destination.
	 */
	enum err (*claim)(void *self, enum channel channel, uint32_t lease_s, size_t max,
	                  struct delivery_batch *batch);

	/* Stores the outcome of one. Ignored if the delivery was claimed again meanwhile. */
	enum err (*store_outcome)(void *self, const struct delivery_job *job,
	                          const struct delivery_outcome *outcome);

	/* Ends the claim of a destination; an unreachable one is left alone for pause_ms. Ignored
	 * if the destination was claimed again meanwhile. */
	enum err (*release)(void *self, const struct delivery_batch *batch, bool unreachable,
	                    uint32_t pause_ms);

	/* How many mails an address has got in the last MAIL_DAY_S; copies count, too. */
	enum err (*mails_sent)(void *self, const char *target, uint64_t *ret_n);

	/* For metrics. */
	enum err (*backlog)(void *self, struct delivery_backlog *ret_backlog);
};

#define DELIVERY_ID_SIZE (UUID_TEXT + 32) /* "0190...-guest", "0190...-guest-contact" */

/* What a channel sends. */
struct outgoing_message {
	const struct delivery_job *job;
	const struct mail *mail;   /* for e-mail; else NULL */
	char id[DELIVERY_ID_SIZE]; /* the same at every attempt */
	uint32_t timeout_ms;
};

/* Sends by one channel. Safe to call from several threads. It reports every failure in the result.
 */
struct channel_sender {
	void *self;
	void (*send)(void *self, const struct outgoing_message *message,
	             struct attempt_result *ret_result);
};

#endif
