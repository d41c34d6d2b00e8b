/* SPDX-License-Identifier: MIT */
/*
 * projection - a context's copies of another context's aggregates: the newest snapshot of each.
 *
 * Events arrive in any order and more than once. A row keeps the sequence of the event it shows,
 * and only a newer one replaces it: applying events is idempotent.
 */
#ifndef ADAPTERS_MARIADB_PROJECTION_H
#define ADAPTERS_MARIADB_PROJECTION_H

#include "domain/event.h"

#include <stddef.h>

/*
 * For INSERT ... ON DUPLICATE KEY UPDATE: takes the new value of a column if the new row has the
 * higher sequence. The sequence itself comes last, with DB_NEWEST: MariaDB assigns from left to
 * right, and the columns before it must see the old value.
 */
#define DB_NEWER(sequence, column) \
	column " = IF(VALUES(" sequence ") > " sequence ", VALUES(" column "), " column ")"
#define DB_NEWEST(column) column " = GREATEST(" column ", VALUES(" column "))"

/* The body of a stored event of a booking without the contact, as event_erase() leaves it. */
#define DB_EVENT_ERASED(body)                                                    \
	"COALESCE(JSON_REMOVE(JSON_REPLACE(" body ", '$.data.contact.name', ''," \
	" '$.data.contact.email', '', '$.data.contact.phone', ''), '$.data.contact.mailing'), '')"

/*
 * Sorts the events by subject: rooms, then bookings (a payment counts as its booking), each by id.
 * Consumers that apply events in this order lock rows in the same order, so they cannot deadlock.
 * The caller frees the list. ERR_MEMORY.
 */
MUST_CHECK enum err projection_order(const struct event events[], size_t n,
                                     const struct event ***ret_ordered);

#endif
