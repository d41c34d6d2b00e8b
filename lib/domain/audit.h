/* SPDX-License-Identifier: MIT */
/*
 * audit - facts that matter to whoever asks later who did what, from where and when: sign-ins, refusals,
 * changes of passwords, roles and keys, cancellations, and what operators read of others.
 *
 * An entry names people by the numbers of their accounts. It has no password, token or key, no e-mail
 * address in clear, and nothing of what was read.
 */
#ifndef DOMAIN_AUDIT_H
#define DOMAIN_AUDIT_H

#include "base/address.h"
#include "base/day.h"
#include "base/err.h"
#include "domain/caller.h"

#include <stdbool.h>
#include <stdint.h>

/* What happened. Names are stored: one that changes is a new one. */
enum audit_what {
	AUDIT_SIGN_IN,
	AUDIT_SIGN_OUT,
	AUDIT_SESSION_END,   /* by its owner, from elsewhere */
	AUDIT_TOKEN_REUSE,   /* a refresh token was used twice, which ended its session */
	AUDIT_PASSWORD,      /* changed, by the old one or by an operator */
	AUDIT_RESET,         /* of a password, by the token of a mail */
	AUDIT_EMAIL_ASK,     /* another e-mail of an account was asked for */
	AUDIT_EMAIL,         /* it was changed, by the link that was sent to the new one */
	AUDIT_FACTOR_ON,     /* a second factor counts from now on */
	AUDIT_FACTOR_OFF,    /* it was removed */
	AUDIT_ACCOUNT,       /* an account was made */
	AUDIT_LINK,          /* a sign-in elsewhere was linked to the account */
	AUDIT_UNLINK,        /* it was removed */
	AUDIT_ERASURE,       /* an account was deleted */
	AUDIT_ROLE_GIVEN,    /* detail: which */
	AUDIT_ROLE_TAKEN,    /* detail: which */
	AUDIT_CANCEL,        /* of a booking */
	AUDIT_OPERATOR_READ, /* an operator read what belongs to others; detail: method and route */
	AUDIT_REFUSAL,       /* credentials that do not count or do not suffice; detail as above */
	AUDIT_KEY,           /* a key of tokens was replaced; detail: which */
	AUDIT_SECRET,        /* another secret was replaced; detail: which */
	AUDIT_WHAT_MAX
};

enum audit_outcome { AUDIT_DONE, AUDIT_REFUSED, AUDIT_LIMITED, AUDIT_OUTCOME_MAX };

/* In which capacity somebody acted. */
enum audit_role {
	AUDIT_NOBODY,        /* no credentials, or none that count */
	AUDIT_ACCOUNT_OWNER, /* for the account itself, whatever its roles */
	AUDIT_GUEST,
	AUDIT_HOST,
	AUDIT_OPERATOR,
	AUDIT_SERVICE,
	AUDIT_KEY_HOLDER, /* of a booking's key */
	AUDIT_COMMAND,    /* at a terminal; name: of the user at the machine */
	AUDIT_ROLE_MAX
};

/* What kind of thing it was about. */
enum audit_subject {
	AUDIT_ABOUT_NOTHING,
	AUDIT_ABOUT_ACCOUNT,
	AUDIT_ABOUT_SESSION,
	AUDIT_ABOUT_ROOM,
	AUDIT_ABOUT_BOOKING,
	AUDIT_ABOUT_PAYMENT,
	AUDIT_ABOUT_NOTIFICATION,
	AUDIT_SUBJECT_MAX
};

/* The names that entries have; "?" for others. */
const char *audit_what_name(unsigned what);
const char *audit_outcome_name(unsigned outcome);
const char *audit_role_name(unsigned role);
const char *audit_subject_name(unsigned subject);

#define AUDIT_NAME_SIZE   65 /* of a user at the machine, with its 0 */
#define AUDIT_DETAIL_SIZE 65
#define AUDIT_EMAIL_SIZE  65 /* SHA-256 in hexadecimal digits */

/* Who, and from where. */
struct audit_actor {
	uint64_t id; /* of the account; 0: none is known */
	enum audit_role role;
	char name[AUDIT_NAME_SIZE]; /* of AUDIT_COMMAND; otherwise "" */
	char address[ADDRESS_SIZE]; /* "": none, at a terminal */
	char request_id[65];        /* as in the logs; "" if there was no request */
};

struct audit_entry {
	enum audit_what what;
	enum audit_outcome outcome;
	struct audit_actor by;
	enum audit_subject subject;
	uint64_t subject_id; /* 0: none in particular */
	char detail[AUDIT_DETAIL_SIZE];
	char email
		[AUDIT_EMAIL_SIZE]; /* a hash of the e-mail that a refused sign-in named; "": none */
	uint32_t missed;            /* entries of the kind that were left out before this one */
};

/* Who acts, as an origin says it. */
void audit_actor_of(const struct origin *origin, struct audit_actor *ret_actor);

/* The account did it to itself, unless the entry already says who did and to whom. */
void audit_entry_own(struct audit_entry *entry, uint64_t account_id);

/* Whether a proof of who somebody is was refused, or not even looked at. False: it was right, or nothing
 * was decided. */
bool audit_outcome_of_proof(enum err err, enum audit_outcome *ret_outcome);

/* ---- requests ---- */

/* What is known of a request that was answered. */
struct audit_request {
	struct caller shown;  /* by its credentials */
	struct caller acts;   /* in the roles it acts in, or as whom an operator looks */
	bool has_credentials; /* it showed some, whether or not they count */
	bool proves; /* it is itself a try to prove who somebody is, which is written elsewhere */
	bool reads;
	bool open; /* its answer is for everybody, or about the caller's own account */
};

/*
 * Whether the answer to a request is a fact for the audit: an operator read what belongs to others, or
 * credentials were refused. Who shows nothing and is asked to sign in was refused nothing. What is not
 * one's own is the same as what does not exist (404), so it is no refusal here.
 */
bool audit_of_request(const struct audit_request *request, enum err outcome,
                      struct audit_entry *ret_entry);

/* ---- how many ---- */

/*
 * What anybody can cause is written at most so often, by each program: a flood fills no disk, and the
 * next entry of the kind says how many were left out. Changes are always written.
 */
#define AUDIT_PACE_S       60
#define AUDIT_REFUSALS_MAX 60u  /* of each kind in AUDIT_PACE_S */
#define AUDIT_READS_MAX    600u /* operators' reads in AUDIT_PACE_S */

/* Zeroed memory is one under which nothing was written. */
struct audit_pace {
	int64_t window; /* a number of AUDIT_PACE_S */
	uint32_t written, missed;
};

/* Whether an entry may be written at this time. ret_missed: how many were not, since the last one that
 * was. */
bool audit_pace_take(struct audit_pace *pace, enum audit_what what, instant_t now,
                     uint32_t *ret_missed);

/* It could not be written after all. */
void audit_pace_give_back(struct audit_pace *pace, uint32_t missed);

/* ---- how long ---- */

#define AUDIT_KEPT_DAYS 30 /* the least that can be set; the database deletes nothing younger */

#endif
