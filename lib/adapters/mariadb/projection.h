/*
 * projection - what a context keeps of another's aggregates: whole snapshots, the newest of each.
 *
 * Events come in any order and more than once; a row remembers the sequence it shows and yields
 * only to a newer one. So every consumer may apply every event again.
 */
#ifndef ADAPTERS_MARIADB_PROJECTION_H
#define ADAPTERS_MARIADB_PROJECTION_H

#include "domain/event.h"

#include <stddef.h>

/*
 * For INSERT ... ON DUPLICATE KEY UPDATE: takes the new value of a column if the new row has the
 * higher sequence. The sequence itself goes last, with DB_NEWEST: MariaDB assigns from left to
 * right, and the columns before it have to see the old one.
 */
#define DB_NEWER(sequence, column) \
	column " = IF(VALUES(" sequence ") > " sequence ", VALUES(" column "), " column ")"
#define DB_NEWEST(column) column " = GREATEST(" column ", VALUES(" column "))"

/*
 * The events by what they are about: rooms, then bookings (a payment counts with its booking), each
 * by number. Consumers that apply in this order wait for each other's rows, but never in a circle.
 * The caller frees the list. ERR_MEMORY.
 */
MUST_CHECK enum err projection_order(const struct event events[], size_t n,
                                     const struct event ***ret_ordered);

#endif
