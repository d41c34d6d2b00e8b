/* SPDX-License-Identifier: MIT */
/*
 * room_store - rooms on MariaDB. room_closing has the part that deletes, room_search the search.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_STORE_H
#define ADAPTERS_MARIADB_ROOM_ROOM_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

/* The port, on the pool of room's database, which has to outlive it. */
struct room_store room_store_mariadb(struct db *db);

#endif
