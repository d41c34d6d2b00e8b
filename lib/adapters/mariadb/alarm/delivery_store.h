/* SPDX-License-Identifier: MIT */
/*
 * delivery_store - claims and outcomes of alarm's deliveries by mail and webhook, on MariaDB.
 *
 * The unit of a claim is a destination. A claim moves its busy_until into the future; until then no
 * other claim takes its deliveries.
 */
#ifndef ADAPTERS_MARIADB_ALARM_DELIVERY_STORE_H
#define ADAPTERS_MARIADB_ALARM_DELIVERY_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table delivery_table;

/* The port, on the pool of alarm's database, which has to outlive it. */
struct delivery_store delivery_store_mariadb(struct db *db);

#endif
