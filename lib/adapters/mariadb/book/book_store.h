/*
 * book_store - bookings, their nights and what book knows of rooms, on MariaDB.
 *
 * The files: book_sql (statements), book_hold, book_change, book_offers (operations), book_move
 * (one change of state), book_store (reading, and the port).
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_STORE_H
#define ADAPTERS_MARIADB_BOOK_BOOK_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table book_table;

/* The port, on the pool of book's database, which has to outlive it. */
struct book_store book_store_mariadb(struct db *db);

#endif
