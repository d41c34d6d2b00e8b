/* SPDX-License-Identifier: MIT */
/*
 * err - the one list of outcomes, from the database driver to the HTTP response.
 *
 * A function that can fail returns an enum err and fills its ret_ parameters only on OK, unless its
 * comment says otherwise. What an outcome means to a caller outside is decided in exactly two
 * places, each a total switch: fcgi/problem.c (HTTP status and problem) and workers/disposition.c
 * (acknowledge, retry or dead-letter).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <errno.h>
#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
	OK = 0,

	/* The request is wrong. */
	ERR_MALFORMED,    /* it cannot be parsed */
	ERR_INVALID,      /* parsed, but fields are missing, of a wrong type or out of range */
	ERR_TOO_LARGE,    /* over a declared maximum of bytes */
	ERR_MEDIA_TYPE,   /* a content type that is not supported */
	ERR_METHOD,       /* the resource does not have this method */
	ERR_UNAUTHORIZED, /* the request carries no credentials */
	ERR_FORBIDDEN,    /* the caller is not allowed to do this */
	ERR_NOT_FOUND,    /* it does not exist, or is not the caller's */

	/* The request is valid, but the present state does not allow it. */
	ERR_DECLINED,         /* the payment was declined; the booking is Rejected */
	ERR_TAKEN,            /* a night of the stay belongs to another booking */
	ERR_PRICE_CHANGED,    /* the price is not the one that the guest was shown */
	ERR_HAS_BOOKINGS,     /* the room has future bookings and none may be cancelled */
	ERR_STATE_CONFLICT,   /* the state does not allow this action (any more) */
	ERR_VERSION_CONFLICT, /* If-Match names another version */
	ERR_NOT_MODIFIED,     /* If-None-Match names this version */
	ERR_KEY_IN_PROGRESS,  /* the same Idempotency-Key is being worked on */
	ERR_KEY_REUSED,       /* the Idempotency-Key was used before with another request */
	ERR_TOO_MANY,         /* the caller has reached a limit */

	/* Another server is down or busy. */
	ERR_PAY_UNAVAILABLE, /* refuse mode, or too many unpaid holds: nothing was held */
	ERR_NOT_SENT,        /* a call to another service had no effect */
	ERR_UNKNOWN,         /* a call to another service may have had its effect, or not */
	ERR_UNDECIDED,       /* the other service answered that it cannot do this one now */
	ERR_UNAVAILABLE,     /* a server we need is down; nothing was done */
	ERR_TIMEOUT,         /* a wait exceeded its limit; nothing was done */
	ERR_CONFLICT,        /* the database aborted the transaction too often; nothing was done */

	/* What the database says to a store, which translates it: no caller of a store sees these.
	 */
	ERR_DUPLICATE, /* a unique or primary key exists already */
	ERR_UNCHANGED, /* the guard of an UPDATE or DELETE found no row */

	/* Connections and streams. */
	ERR_CLOSED, /* the peer is gone, or we are being stopped */
	ERR_POISON, /* an event that cannot be read, however often it is retried */

	/* Failures that the caller cannot influence. */
	ERR_MEMORY, /* out of memory */
	ERR_SYSTEM, /* a call of the operating system failed; made by ERR_SYSTEM_HERE() only */
	ERR_BUG,    /* an impossible state: a fault in this program; made by ERR_BUG_HERE() only */

	ERR_MAX
};

/* The name of an outcome in logs, such as "room-taken". Never NULL. */
const char *err_name(enum err err);

/*
 * ERR_BUG and ERR_SYSTEM carry no reason that a caller could act on, so the place that makes one
 * hands file and line to a hook, which the log sets (log_init). Each of these is the outcome, and
 * leaves errno as it is: return ERR_BUG_HERE();
 */
#define ERR_BUG_HERE()        ERR_NOTED_(ERR_BUG, NULL, 0)
#define ERR_BUG_IN(sql)       ERR_NOTED_(ERR_BUG, (sql), 0)
#define ERR_SYSTEM_HERE()     ERR_NOTED_(ERR_SYSTEM, NULL, errno)
#define ERR_SYSTEM_CODE(code) ERR_NOTED_(ERR_SYSTEM, NULL, (code))

/* A constant, so that compilers and analysers know that it is not OK. */
#define ERR_NOTED_(outcome, statement, code) \
	(err_note((outcome), __FILE__, __LINE__, (statement), (code)), (enum err)(outcome))

/* Where an error was made. */
struct err_place {
	enum err err;
	const char *file; /* relative to the source tree */
	int line;
	const char *statement; /* SQL or the name of a table; NULL: it is not of a statement */
	int code;              /* an errno value; 0: none */
};

/* The hook gets each place, on the thread that made the error. NULL: nobody gets them. Before there
 * are threads. */
typedef void err_hook(const struct err_place *place);
void err_hook_set(err_hook *hook);

/* Hands the place to the hook. Use the macros above. */
void err_note(enum err err, const char *file, int line, const char *statement, int code);

#endif
