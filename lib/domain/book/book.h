/* SPDX-License-Identifier: MIT */
/*
 * book - a booking: its states and actions, the rules of a change, and who may do what.
 */
#ifndef DOMAIN_BOOK_BOOK_H
#define DOMAIN_BOOK_BOOK_H

#include "domain/audit.h"
#include "domain/caller.h"
#include "domain/room/room.h"
#include "domain/stay.h"

#define GUEST_NAME_CHARS 100
#define EMAIL_SIZE       255 /* RFC 5321: 254 bytes and the NUL */
#define PHONE_SIZE       33
#define REFERENCE_SIZE   9
#define TOKEN_SIZE       65
#define BOOK_KEY_FIRST   1 /* the version of a booking's first key */

enum book_status {
	BOOK_REQUESTED,
	BOOK_PAYMENT_PENDING,
	BOOK_BOOKED,
	BOOK_REJECTED,
	BOOK_EXPIRED,
	BOOK_CANCELED,
	BOOK_STATUS_MAX
};

enum book_action {
	BOOK_APPROVE,
	BOOK_DECLINE,
	BOOK_DEFER,
	BOOK_EXPIRE,
	BOOK_CANCEL,
	BOOK_ACTION_MAX
};

/* What is mailed to the e-mail of a contact. Anybody can name anybody's, so until its owner has confirmed
 * it, little is. */
enum contact_mailing {
	MAILING_ALL, /* it is the verified one of the account that books, or was not proven to anybody */
	MAILING_FEW,  /* of the booking and its end, unless it is confirmed */
	MAILING_NONE, /* whoever booked has had too many mails sent to others already */
	MAILING_MAX
};

struct contact {
	char name[TEXT_SIZE(GUEST_NAME_CHARS)];
	char email[EMAIL_SIZE];
	char phone[PHONE_SIZE];
	enum contact_mailing mailing;
};

struct book {
	uint64_t id;
	char reference[REFERENCE_SIZE]; /* 8 characters that are easy to read out: no 0/O, 1/I/L */
	uint64_t room_id, host_id, guest_id;
	struct stay stay;
	uint32_t guests;
	money_t price; /* of the whole stay */
	char currency[CURRENCY_TEXT];
	struct contact contact;
	char language[LANGUAGE_TEXT]; /* in which it was asked for; "": unknown */
	enum book_status status;
	uint64_t pay_id;      /* 0 until pay has decided */
	instant_t pay_until;  /* when the hold expires unless paid; database clock */
	uint64_t version;     /* incremented by every change: ETag and event sequence */
	uint32_t key_version; /* which of its keys counts; raising it revokes the ones before */
	bool erased;          /* its contact was erased: there is none, and none comes back */
	instant_t created_at, updated_at;
};

/* One change of a booking, as the timeline shows it. */
struct book_step {
	uint64_t version;
	instant_t at;
	enum book_status from,
		to;       /* equal for the first, which created it, a claim and an erasure */
	struct caller by; /* roles 0: the settler, or the end of a retention */
	char why[120];
	char request_id[65];
};

/* Who asks for a booking that was made without an account. */
struct claimant {
	uint64_t account_id;
	char email[EMAIL_SIZE]; /* verified, NFC; "": the account has none */
};

/* Who has a booking, as its events say; a claim and an erasure raise key_version. */
struct holder {
	uint64_t book_id, guest_id;
	uint32_t key_version;
};

/* Why a booking changed, as its timeline says it. The pages translate these texts, and timelines
 * keep them: a text that changes is a new one. */
#define BOOK_WHY_HELD        "the nights are held"
#define BOOK_WHY_APPROVED    "the payment was approved"
#define BOOK_WHY_DECLINED    "the payment was declined"
#define BOOK_WHY_REVOKED     "the payment was cancelled"
#define BOOK_WHY_VOIDED      "the booking could no longer be paid"
#define BOOK_WHY_UNCONFIRMED "the payment could not be confirmed in time"
#define BOOK_WHY_UNPAID      "it was not paid in time"
#define BOOK_WHY_ROOM_CLOSED "the room was closed"
#define BOOK_WHY_CLAIMED     "taken over by an account"
#define BOOK_WHY_ERASED      "the contact was erased"

/* "Requested", "PaymentPending", "Booked", "Rejected", "Expired", "BookCanceled"; NULL ends them. */
extern const char *const book_status_names[BOOK_STATUS_MAX + 1];
const char *book_status_name(enum book_status status);

/* The state that the action leads to. ERR_STATE_CONFLICT if the state does not allow it. */
MUST_CHECK enum err book_next(enum book_status status, enum book_action action,
                              enum book_status *ret_next);

/* Whether a booking in this state keeps its nights, and whether an action can give nights free. */
bool book_holds_nights(enum book_status status);
bool book_releases_nights(enum book_action action);

/* Makes a booking of what was asked for: Requested, version 1, to be paid within hold_s seconds. */
void book_begin(struct book *book, instant_t now, uint32_t hold_s);

/* Whether the action may be applied to the booking under this condition.
 * ERR_VERSION_CONFLICT; ERR_STATE_CONFLICT. */
MUST_CHECK enum err book_check_change(const struct book *book, const struct precondition *condition,
                                      enum book_action action);

/* Applies the action: status, version, time, and the payment unless pay_id is 0.
 * ERR_STATE_CONFLICT, with which nothing is changed. */
MUST_CHECK enum err book_transit(struct book *book, enum book_action action, uint64_t pay_id,
                                 instant_t now);

/* Whether the account may take over the booking: it belongs to no account, and its contact has the
 * account's verified e-mail. Both are NFC; they are compared bytewise. */
bool book_is_claimable(const struct book *book, const struct claimant *claimant);

/*
 * Whether the account may claim the booking under this condition, in whatever state it is. ret_own: it
 * has it already, and there is nothing left to do. ERR_NOT_FOUND: it is another's, or has another
 * e-mail; ERR_VERSION_CONFLICT.
 */
MUST_CHECK enum err book_check_claim(const struct book *book, const struct claimant *claimant,
                                     const struct precondition *condition, bool *ret_own);

/* Gives the booking to the account, and revokes its key. Its status stays as it is. */
void book_claim_by(struct book *book, uint64_t account_id, instant_t now);

/*
 * Whether the contact may be erased on this day: the stay is over, or there will be none. Of a booking
 * that is erased already, too. ERR_STATE_CONFLICT: its guest may still come, or is still to pay.
 *
 * again: a restored backup brought back the contact of a booking that had been erased. It goes whatever the
 * booking's status in that backup: its guest was promised that it is gone, and came or cancelled long ago.
 */
MUST_CHECK enum err book_check_erase(const struct book *book, day_t today, bool again);

/* Whether an erasure leaves what is needed to pay, the token of the payment: it goes when the booking is paid
 * or ends, as a payment that is on its way must come to an end, too. */
bool book_needs_token(enum book_status status);

/* Overwrites who the guest is and revokes the key; a booking that is erased stays as it is. Its nights,
 * its price and its status stay, and so does the number of its account. */
void book_erase(struct book *book, instant_t now);

/* Whether the contact of a booking that has one, or had one, has been overwritten. */
bool contact_is_empty(const struct contact *contact);

/* What is done when an action is asked for while so many bookings are pending: at the limit
 * (0: none), a booking that would be deferred expires. */
enum book_action book_action_within(enum book_action action, uint64_t pending, uint32_t limit);

/*
 * What the unpaid bookings of whoever asks for another one are counted by, as far as they are counted: an
 * account by its number; nobody in particular, on whom one has to be able to count (HOTEL_AUTH=on), by the
 * network and by the contact, because either is easily changed.
 */
struct unpaid_counts {
	uint64_t of_guest, of_client, of_email, of_phone;
};

/* Whether one of them leaves no room for another hold of one guest. */
bool book_guest_limit_reached(const struct unpaid_counts *counts, uint32_t limit);

/* Number of a row to lock while the bookings of a client, an e-mail or a telephone number are counted. They
 * are few, and no account has them, so some share one: that costs a wait and nothing else. */
#define COUNT_LOCKS 1024u
uint64_t book_count_lock(const char *counted);

/* Bookings in 24 hours for which one account, or nobody in particular from one network, may have unconfirmed
 * addresses written to. */
#define MAILINGS_DAY_MAX 20

/* What is mailed for a booking whose asker has so many of them. */
enum contact_mailing contact_mailing_within(enum contact_mailing mailing, uint64_t mailings);

/* Whether so many unpaid bookings leave no room for another one under a limit; 0: no limit. */
bool book_limit_reached(uint64_t unpaid, uint32_t limit);

/* The line of the timeline for the change that gave the booking its present version.
 * ERR_TOO_LARGE: a text is too long. */
MUST_CHECK enum err book_step_of(const struct book *book, enum book_status from, const char *why,
                                 const struct origin *origin, struct book_step *ret_step);

/* Adds a fault for each part of the contact that a booking without an account needs and does not have:
 * the name, and an e-mail address or a telephone number. */
void contact_check(const struct contact *contact, struct faults *faults);

/* "all", "few", "none". */
const char *contact_mailing_name(unsigned mailing);

/* What is mailed to the contact that a caller gives: everything if it is the account's verified e-mail ("":
 * it has none; bytewise, as claims compare it), or if the caller is believed without a proof. */
enum contact_mailing contact_mailing(const struct contact *contact, const struct caller *caller,
                                     const char *verified_email);

struct holder holder_of_book(const struct book *book);

/* Whom the booking belongs to. */
struct parties book_parties(const struct book *book);

/* Whether the caller may see the booking: caller_owns(). */
bool book_belongs_to(const struct book *book, const struct caller *caller);

/* Whether the caller may cancel it on this day: its guest until the day before arrival, its host
 * at any time. A stay that was in the past when it was booked (HOTEL_PAST_DATES=allow) has no such
 * day: its guest may cancel it at any time. The state is checked elsewhere. */
bool book_cancel_in_time(const struct book *book, const struct caller *caller, day_t today);

/* Whether an action is a fact for the audit: somebody cancelled the booking. What the system does by
 * itself is in the timeline alone. */
bool book_audit(const struct book *book, enum book_action action, const struct origin *origin,
                struct audit_entry *ret_entry);

/* A new reference from 8 random bytes. */
void book_reference(const unsigned char random[8], char ret_reference[REFERENCE_SIZE]);

/* Whether a text is what book_reference() makes. */
bool book_reference_is_valid(const char *text);

#endif
