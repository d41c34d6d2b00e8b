/*
 * delivery_store - the deliveries of alarm that are on their way out, on MariaDB.
 *
 * The unit of a claim is a destination: whoever moves its busy_until into the future has it, and
 * nobody else looks at its deliveries until then.
 */
#ifndef ADAPTERS_MARIADB_ALARM_DELIVERY_STORE_H
#define ADAPTERS_MARIADB_ALARM_DELIVERY_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table delivery_table;

/* The port, on the pool of alarm's database, which has to outlive it. */
struct delivery_store delivery_store_mariadb(struct db *db);

#endif
