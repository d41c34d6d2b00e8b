/*
 * notification - what a recipient is told, and where.
 */
#ifndef DOMAIN_ALARM_NOTIFICATION_H
#define DOMAIN_ALARM_NOTIFICATION_H

#include "domain/event.h"

#define MESSAGE_SIZE TEXT_SIZE(600)
#define URL_SIZE     513
#define SECRET_SIZE  65 /* of a webhook, as text */
#define REASON_SIZE  33

enum language { LANGUAGE_KO, LANGUAGE_EN, LANGUAGE_MAX };

enum channel { CHANNEL_INBOX, CHANNEL_EMAIL, CHANNEL_WEBHOOK, CHANNEL_MAX };

enum delivery_state {
	DELIVERY_WAITING, /* for its first try, or for the next */
	DELIVERY_DELIVERED,
	DELIVERY_FAILED, /* given up, until the recipient asks for it again */
	DELIVERY_STATE_MAX
};

struct delivery {
	enum channel channel;
	enum delivery_state state;
	uint32_t attempts;
	instant_t delivered_at;   /* 0 while it was not */
	instant_t next_at;        /* when it is tried next; 0: never */
	char reason[REASON_SIZE]; /* why the last try failed, such as "http-500"; "": it did not */
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
	const struct event *event;        /* what it tells of; outlives the telling */
	struct notification notification; /* id, message and deliveries are not yet known */
	char messages[LANGUAGE_MAX][MESSAGE_SIZE];
};

/* What a recipient has chosen; "" and LANGUAGE_MAX stand for nothing chosen. */
struct notification_settings {
	uint64_t recipient_id;
	char email[EMAIL_SIZE];
	char webhook_url[URL_SIZE];
	char webhook_secret[SECRET_SIZE]; /* "" until the first URL was chosen; then it stays */
	enum language language;
};

/* What one try of a delivery has come to. */
enum attempt_outcome {
	ATTEMPT_DELIVERED, /* the other side has it */
	ATTEMPT_RETRY,     /* not now: a full mailbox, an error of a server */
	ATTEMPT_REJECTED, /* the other side does not want it; a few more tries, in case it is mended
	                   */
	ATTEMPT_PERMANENT,   /* no try can succeed */
	ATTEMPT_UNREACHABLE, /* the other side could not be reached, or broke off: whatever else
	                      * goes to the same destination waits, too */
	ATTEMPT_MAX
};

struct attempt_result {
	enum attempt_outcome outcome;
	char reason[REASON_SIZE]; /* a word for logs and the recipient, no addresses; "" if taken */
};

/* How a delivery is tried again. */
struct retrying {
	uint32_t first_ms; /* after the first try; twice as much after each further one */
	uint32_t most_ms;
	uint32_t for_s; /* since the delivery came up; then it has failed */
};

/* How long the next try is waited for after so many: a random part of up to a half is left out, so
 * that what failed together does not come back together. */
uint32_t retry_pause_ms(const struct retrying *retrying, uint32_t attempts, uint32_t random);

/* Whether there is a next try, after so many and age_s since the delivery came up. */
bool retry_is_due(const struct retrying *retrying, enum attempt_outcome outcome, uint32_t attempts,
                  uint64_t age_s, uint32_t pause_ms);

/* One address that can go into a mail's header as it is. */
bool email_is_fit(const char *text);

/* Where a webhook may go: http or https, a host, perhaps a port; no user, no blanks. */
bool webhook_url_is_fit(const char *url);

/* What webhooks are signed with, as Standard Webhooks write it: "whsec_" and the bytes in base64.
 */
#define WEBHOOK_SECRET_BYTES 32
#define WEBHOOK_SECRET_BEGIN "whsec_"
void webhook_secret(const unsigned char random[WEBHOOK_SECRET_BYTES], char ret_secret[SECRET_SIZE]);

#define DESTINATION_SIZE 270

/*
 * Where a delivery goes, as far as its trouble is shared with others: the scheme, host and port of
 * a URL; for a mail one of a few lanes to the one mail server, by the notification's number.
 */
void delivery_destination(enum channel channel, const char *target, uint64_t notification_id,
                          char ret_destination[DESTINATION_SIZE]);

/* "ko", "en". */
const char *language_name(enum language language);
/* "inbox", "email", "webhook". */
const char *channel_name(enum channel channel);
/* "waiting", "delivered", "failed". */
const char *delivery_state_name(enum delivery_state state);

#endif
