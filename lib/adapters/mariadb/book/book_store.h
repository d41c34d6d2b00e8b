/*
 * book_store - bookings, their nights and the offers of rooms, on MariaDB.
 *
 * The files are named by the operations of the port: book_read, book_hold, book_apply, book_due,
 * book_offer, book_purge. book_sql has their statements, book_apply.h the one change of state
 * that several of them make.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_STORE_H
#define ADAPTERS_MARIADB_BOOK_BOOK_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table book_table;

/* The port, on the pool of book's database, which has to outlive it. */
struct book_store book_store_mariadb(struct db *db);

#endif
