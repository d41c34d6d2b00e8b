/*
 * room_store - the rooms, on MariaDB.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_STORE_H
#define ADAPTERS_MARIADB_ROOM_ROOM_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

/* The port, on the pool of room's database, which has to outlive it. */
struct room_store room_store_mariadb(struct db *db);

#endif
