/* SPDX-License-Identifier: MIT */
/*
 * lookup - finds rows by their ids; what many threads look for at the same moment, by one statement (merge.h).
 */
#ifndef ADAPTERS_MARIADB_LOOKUP_H
#define ADAPTERS_MARIADB_LOOKUP_H

#include "adapters/mariadb/db.h"

struct lookup;

struct lookup_options {
	const struct db_table *table;
	unsigned one;  /* statement: u64 -> row, at most one */
	unsigned many; /* statement: struct buf, a list of ids (id_list.h) -> rows */
	size_t row_size;
	size_t id_offset; /* of the id, a uint64_t, in a row */
};

/* The pool has to outlive it. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err lookup_open(struct db *db, const struct lookup_options *options,
                                struct lookup **ret_lookup);
/* Takes NULL. */
void lookup_close(struct lookup *lookup);

/* ERR_NOT_FOUND. Only on OK *ret_row is written. */
MUST_CHECK enum err lookup_find(struct lookup *lookup, uint64_t id, void *ret_row);

#endif
