/* SPDX-License-Identifier: MIT */
/*
 * delivery - how a notification reaches its recipient by one channel: where it goes, what an
 * attempt leads to, when the next one comes, and when the recipient may ask for another delivery.
 */
#ifndef DOMAIN_ALARM_DELIVERY_H
#define DOMAIN_ALARM_DELIVERY_H

#include "domain/alarm/address.h"
#include "domain/book/book.h"

#define REASON_SIZE 33

enum channel {
	CHANNEL_INBOX,
	CHANNEL_EMAIL,
	CHANNEL_WEBHOOK,
	CHANNEL_CONTACT, /* mail to the booking's contact, where CHANNEL_EMAIL goes elsewhere */
	CHANNEL_MAX
};

enum delivery_state {
	DELIVERY_WAITING, /* for its first attempt, or for the next */
	DELIVERY_DELIVERED,
	DELIVERY_FAILED, /* given up, until the recipient asks for another delivery */
	DELIVERY_STATE_MAX
};

struct delivery {
	enum channel channel;
	enum delivery_state state;
	uint32_t attempts;
	instant_t delivered_at;   /* 0: not delivered */
	instant_t next_at;        /* of the next attempt; 0: there is none */
	char reason[REASON_SIZE]; /* why the last attempt failed, such as "http-500"; else "" */
};

/* "inbox", "email", "webhook", "contact". */
const char *channel_name(enum channel channel);
/* The same as recipients see it: a mail to the contact is an "email", too. */
const char *channel_shown(enum channel channel);
/* Whether what is delivered is a mail. */
bool channel_is_mail(enum channel channel);
/* "waiting", "delivered", "failed". */
const char *delivery_state_name(enum delivery_state state);

/* ---- targets ---- */

/* Whether a number is somebody's. Number 0 stands for nobody in particular: it has no settings, and
 * what was ever stored for it is ignored. */
bool recipient_is_somebody(uint64_t recipient_id);

/* Whom a notification is for, and what it is about. */
struct delivery_subject {
	enum role role;
	uint64_t recipient_id, book_id; /* book_id 0: about a room */
};

/* The addresses that a recipient's notifications may go to. */
struct delivery_addresses {
	bool by_email;                                 /* mail can be sent at all */
	char email[EMAIL_SIZE], webhook_url[URL_SIZE]; /* of the settings; "": none */
	bool contact_known;             /* an event with the booking's contact has arrived */
	char contact_email[EMAIL_SIZE]; /* the contact of the booking; "": it gave none */
};

enum delivery_target {
	TARGET_NONE,  /* the notification does not go by this channel */
	TARGET_LATER, /* it goes to the booking's contact, which is not known yet */
	TARGET_KNOWN
};

/*
 * Chooses the target of a notification by a channel other than the inbox. A guest is always written
 * to at the contact of the booking, if it has one, and also at the address in the settings; two
 * that are equal get one mail. A host is written to at the address in the settings only. ret_target
 * is "" unless the target is known.
 */
enum delivery_target delivery_target(enum channel channel, const struct delivery_subject *subject,
                                     const struct delivery_addresses *addresses,
                                     char ret_target[URL_SIZE]);

/* Whether a delivery by this channel that waited for the contact of its booking is dropped now that
 * it has become known: it has no address, or the one that gets the mail anyway. */
bool contact_is_dropped(enum channel channel, const struct delivery_addresses *addresses);

/* The destination of a target by a channel; see address.h. */
void delivery_destination(enum channel channel, const char *target, uint64_t notification_id,
                          char ret_destination[DESTINATION_SIZE]);

/* ---- attempts ---- */

enum attempt_outcome {
	ATTEMPT_DELIVERED, /* the other side accepted it */
	ATTEMPT_RETRY,     /* a temporary failure: a full mailbox, a server error */
	ATTEMPT_REJECTED,  /* the other side refuses it; a few more attempts, in case it is fixed */
	ATTEMPT_PERMANENT, /* no attempt can succeed */
	ATTEMPT_UNREACHABLE, /* no connection, or it broke off: the destination itself is paused */
	ATTEMPT_MAX
};

struct attempt_result {
	enum attempt_outcome outcome;
	char reason[REASON_SIZE]; /* a word for logs and the recipient; no addresses in it; "" if
	                           * delivered */
};

/* A result whose reason is a word, or a word and a status, as "http-500". */
struct attempt_result attempt_result(enum attempt_outcome outcome, const char *reason);
struct attempt_result attempt_result_status(enum attempt_outcome outcome, const char *word,
                                            long status);

struct retry_policy {
	uint32_t first_ms; /* pause after the first attempt; doubled after each further one */
	uint32_t max_ms;   /* longest pause */
	uint32_t for_s;    /* since the delivery was created; after this it has failed */
};

/* The pause before the next attempt after so many. Up to half of it is left out at random, so that
 * deliveries that failed together do not return together. */
uint32_t retry_pause_ms(const struct retry_policy *policy, uint32_t attempts, uint32_t random);

/* Whether there is a next attempt, after so many attempts and age_s since the delivery was created.
 */
bool retry_is_allowed(const struct retry_policy *policy, enum attempt_outcome outcome,
                      uint32_t attempts, uint64_t age_s, uint32_t pause_ms);

/* ---- asking for another delivery ---- */

/* What decides whether the recipient gets another delivery of a notification by a channel. */
struct redelivery_facts {
	enum delivery_target target;
	bool event_kept; /* the event of the notification is still stored */
	bool exists;     /* there is a delivery by this channel; what follows is its */
	enum delivery_state state;
	bool leased;         /* an attempt is being made */
	bool asked_recently; /* the recipient asked for it within the pause */
};

enum redelivery_step {
	REDELIVERY_ADD,      /* add the delivery */
	REDELIVERY_RESTART,  /* let the delivery, which has ended, wait again */
	REDELIVERY_SEND_NOW, /* make the next attempt of the waiting delivery at once */
	REDELIVERY_NOTHING,  /* an attempt is being made already */
};

/* ERR_INVALID: no target by this channel. ERR_STATE_CONFLICT: the event is no longer stored.
 * ERR_TOO_MANY: asked again too early. */
MUST_CHECK enum err redelivery_decide(const struct redelivery_facts *facts,
                                      enum redelivery_step *ret_step);

#endif
