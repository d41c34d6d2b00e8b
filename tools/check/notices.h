/* SPDX-License-Identifier: MIT */
/*
 * notices - checks that everybody was notified of what happened, once, and of nothing else.
 *
 * What must have been notified follows from the events in history; the rule of who is notified is
 * notification_recipient().
 */
#ifndef TOOLS_CHECK_NOTICES_H
#define TOOLS_CHECK_NOTICES_H

#include "adapters/mariadb/db.h"
#include "domain/event.h"
#include "tools/check/facts.h"
#include "tools/check/findings.h"

/* A notification that must exist, or that does. */
struct notice {
	char event_id[UUID_TEXT];
	enum role role;
	uint64_t recipient_id, book_id;    /* book_id 0: about a room */
	char event[33];                    /* the short type */
	uint64_t id;                       /* of the notification; 0: it must exist */
	instant_t at;                      /* when the event happened */
	unsigned char digest[FACT_DIGEST]; /* of the content of its event, where it must exist */
	unsigned char erased[FACT_DIGEST]; /* the same, without the contact (event_erase()) */
};

struct notices {
	struct notice *list;
	size_t n, size;
};

/* Appends the notifications of this event. ERR_MEMORY, ERR_TOO_LARGE. */
MUST_CHECK enum err notices_add_event(struct notices *notices, const struct event *event);

/* Compares them with the notifications in the database, and with the events that alarm keeps to
 * write mails from: those of events since `since`, as history need not have earlier ones. Sorts expected. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK enum err notices_check(struct db *db, struct notices *expected, instant_t since,
                                  struct findings *findings);

/* For CLEANUP(). */
void notices_done(struct notices *notices);

#endif
