/* SPDX-License-Identifier: MIT */
/*
 * mail_permit - whether a mail may be sent, so that nobody has us write to strangers.
 *
 * Anybody can book with, or choose for notifications, an e-mail that is somebody else's. Until its owner has
 * confirmed it, it gets what a booking cannot do without, and not much of that.
 */
#ifndef DOMAIN_ALARM_MAIL_PERMIT_H
#define DOMAIN_ALARM_MAIL_PERMIT_H

#include "domain/alarm/delivery.h"
#include "domain/event.h"

/* Mails to one e-mail that nobody has confirmed, in the 24 hours before another one. */
#define MAIL_UNCONFIRMED_DAY_MAX 10
#define MAIL_DAY_S               (24 * 60 * 60)

/* Whose an address is. */
enum address_standing {
	ADDRESS_CONFIRMED,   /* its owner wants to be written to */
	ADDRESS_UNCONFIRMED, /* nobody knows whose it is */
	ADDRESS_LIMITED,     /* the same, and whoever named it has named too many */
	ADDRESS_STANDING_MAX
};

/* What is known of the two addresses that the mails of a notification go to. */
struct address_facts {
	char own_email[EMAIL_SIZE]; /* of the recipient's settings; "": none */
	bool own_unconfirmed;       /* it is not the verified e-mail of the recipient's account */
	char contact_email[EMAIL_SIZE];       /* of the booking; "": none */
	enum contact_mailing contact_mailing; /* as the booking says */
	bool contact_confirmed;               /* the link in a mail to it was opened */
};

/* An address that is both is confirmed if one of the two is; one that is neither any more is not. */
enum address_standing address_standing(const char *target, const struct address_facts *facts);

enum mail_refusal {
	MAIL_PERMITTED,
	MAIL_UNCONFIRMED,   /* this is not written to an address that nobody has confirmed */
	MAIL_SENDER_LIMIT,  /* whoever booked has had too many mails sent to others */
	MAIL_ADDRESS_LIMIT, /* the address has got as many as it may */
	MAIL_REFUSAL_MAX
};

/* "unconfirmed", "sender-limit", "address-limit": the reason of the delivery; "" if it is permitted. */
const char *mail_refusal_name(enum mail_refusal refusal);

/* Whether an unconfirmed address gets a mail about this event: of the guest's booking, that it is held or
 * booked, and that it has ended (rejected, expired, cancelled, refunded). */
bool mail_is_needed(enum role role, enum event_type event);

/* Whether a mail about an event is sent to an address of this standing that has got so many in the last
 * MAIL_DAY_S. */
enum mail_refusal mail_permit(enum address_standing standing, enum role role, enum event_type event,
                              uint64_t sent);

#endif
