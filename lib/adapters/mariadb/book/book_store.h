/* SPDX-License-Identifier: MIT */
/*
 * book_store - bookings, their nights and the offers of rooms, on MariaDB.
 *
 * Each file has some operations of the port (book_operations.h lists them). book_sql has their
 * statements; book_apply.h has the change of state that closing a room makes as well.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_STORE_H
#define ADAPTERS_MARIADB_BOOK_BOOK_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table book_table;

/* The port, on the pool of book's database, which has to outlive it. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err book_store_mariadb(struct db *db, struct book_store *ret_store);

/* Nobody may be using it. A zeroed one is fine. */
void book_store_mariadb_close(struct book_store *store);

#endif
