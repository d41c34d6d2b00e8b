/*
 * notification - what a recipient is told, and where.
 */
#ifndef DOMAIN_NOTIFICATION_H
#define DOMAIN_NOTIFICATION_H

#include "domain/event.h"

#define MESSAGE_SIZE TEXT_SIZE(600)
#define URL_SIZE     513

enum language { LANGUAGE_KO, LANGUAGE_EN, LANGUAGE_MAX };

enum channel { CHANNEL_INBOX, CHANNEL_MAX };

enum delivery_state { DELIVERY_WAITING, DELIVERY_DELIVERED, DELIVERY_STATE_MAX };

struct delivery {
	enum channel channel;
	enum delivery_state state;
	uint32_t attempts;
	instant_t delivered_at; /* 0 while it was not */
};

struct notification {
	uint64_t id;
	uint64_t book_id; /* 0: about a room */
	uint64_t recipient_id;
	enum role role; /* ROLE_GUEST or ROLE_HOST: the capacity in which the recipient is told */
	char event_id[UUID_TEXT]; /* with role the natural key: told once */
	enum event_type event;
	char message[MESSAGE_SIZE]; /* in the language the recipient had chosen when it was told */
	instant_t created_at;
	bool read;
	struct delivery deliveries[CHANNEL_MAX];
	size_t n_deliveries;
};

/* A notification to be made, in every language: the recipient's choice is the store's to look up.
 */
struct telling {
	struct notification notification; /* id, message and deliveries are not yet known */
	char messages[LANGUAGE_MAX][MESSAGE_SIZE];
};

/* What a recipient has chosen; "" and LANGUAGE_MAX stand for nothing chosen. */
struct notification_settings {
	uint64_t recipient_id;
	char email[EMAIL_SIZE];
	char webhook_url[URL_SIZE];
	enum language language;
};

/* "ko", "en". */
const char *language_name(enum language language);
const char *channel_name(enum channel channel);
const char *delivery_state_name(enum delivery_state state);

#endif
