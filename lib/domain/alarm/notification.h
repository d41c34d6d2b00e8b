/* SPDX-License-Identifier: MIT */
/*
 * notification - the news of an event for one recipient, and what the recipient has chosen.
 */
#ifndef DOMAIN_ALARM_NOTIFICATION_H
#define DOMAIN_ALARM_NOTIFICATION_H

#include "domain/alarm/delivery.h"
#include "domain/event.h"

#define MESSAGE_SIZE TEXT_SIZE(600)
#define SECRET_SIZE  65 /* of a webhook, as text */

struct notification {
	uint64_t id;
	uint64_t book_id; /* 0: about a room */
	uint64_t recipient_id;
	enum role role; /* ROLE_GUEST or ROLE_HOST: the capacity in which the recipient gets it */
	char event_id[UUID_TEXT]; /* unique together with role */
	enum event_type event;
	char message[MESSAGE_SIZE]; /* in the recipient's language at the time of creation */
	instant_t created_at;
	bool read;
	uint32_t key_version; /* of the key of its booking that counts now */
	struct delivery deliveries[CHANNEL_MAX];
	size_t n_deliveries;
};

/* What texts say of a room; "": unknown. */
struct room_label {
	char name[TEXT_SIZE(ROOM_NAME_CHARS)];
	char language[LANGUAGE_TEXT]; /* in which its host registered it */
};

/* A notification to be created, in every language: the store looks up what the recipient chose. */
struct new_notification {
	const struct event *event;        /* outlives this */
	struct notification notification; /* without id, message and deliveries */
	enum language asked;              /* see notification_language() */
	const char *room_name;            /* outlives this; "": unknown */
	char messages[LANGUAGE_MAX][MESSAGE_SIZE];
	const char *const
		*erased_messages; /* by language: in their place if they name a guest whose
	                                     * booking was erased; outlives this */
};

/* What the settings of this system say about all notifications. */
struct notification_rules {
	enum language fallback; /* of a recipient without a language */
	bool by_email;          /* mail can be sent at all */
};

/* What a recipient has chosen; "" and LANGUAGE_MAX: nothing. */
struct notification_settings {
	uint64_t recipient_id;
	char email[EMAIL_SIZE];
	bool unconfirmed; /* the e-mail is not known to be the recipient's (mail_permit.h) */
	char webhook_url[URL_SIZE];
	char webhook_secret[SECRET_SIZE]; /* created with the first URL, then kept; "" before */
	enum language language;
};

/* Whether an event is reported to a recipient in this role, and to which: the guest gets every event
 * of a booking and its payment; the host gets those of a room, bookings and cancellations. */
bool notification_recipient(const struct event *event, enum role role, uint64_t *ret_id);

/* Whether the message of a notification in this role names the guest of a booking. */
bool notification_names_guest(enum role role);

/* Whose a notification is, made for this recipient, when its booking has this holder: what nobody in
 * particular is told as a guest belongs to the account that has claimed the booking. */
uint64_t notification_owner(const struct notification *notification, const struct holder *holder);

/* What tells the states of a notification, or of settings, apart: their ETag. */
uint64_t notification_tag(const struct notification *notification);
uint64_t notification_settings_tag(const struct notification_settings *settings);

/* The language of what a recipient is told: the one in the settings, else the one that the booking
 * or the room was asked for in, else the fallback. LANGUAGE_MAX stands for none. */
enum language notification_language(uint64_t recipient_id, enum language chosen,
                                    enum language asked, enum language fallback);

/* The secret that signs webhooks, as Standard Webhooks write it: "whsec_" and base64. */
#define WEBHOOK_SECRET_BYTES 32
#define WEBHOOK_SECRET_BEGIN "whsec_"
void webhook_secret(const unsigned char random[WEBHOOK_SECRET_BYTES], char ret_secret[SECRET_SIZE]);

#endif
