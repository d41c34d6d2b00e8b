/* SPDX-License-Identifier: MIT */
/*
 * owners - what the databases of room, book and pay say of their rooms, bookings and payments.
 */
#ifndef TOOLS_CHECK_OWNERS_H
#define TOOLS_CHECK_OWNERS_H

#include "adapters/mariadb/db.h"
#include "tools/check/facts.h"

/* A pool on the database of each owner, opened with the same user. */
struct owners {
	struct db *room, *book, *pay;
};

/* ERR_MEMORY, ERR_SYSTEM, with which owners_close() is still due. */
MUST_CHECK enum err owners_open(const struct db_options *options, struct owners *ret_owners);
void owners_close(struct owners *owners);

/* Appends every version that must have been published, without its content: each change of a
 * booking; of rooms and payments, which keep no timeline, the latest. */
MUST_CHECK enum err owners_changes(struct db *db, struct facts *changes);

/* Appends the present version of everything that was published, with its content. */
MUST_CHECK enum err owners_contents(const struct owners *owners, struct facts *contents);

#endif
