/* SPDX-License-Identifier: MIT */
/*
 * notification_store - the notifications of alarm, on MariaDB.
 */
#ifndef ADAPTERS_MARIADB_ALARM_NOTIFICATION_STORE_H
#define ADAPTERS_MARIADB_ALARM_NOTIFICATION_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table notification_table;

/* The port, on the pool of alarm's database, which has to outlive it. */
struct notification_store notification_store_mariadb(struct db *db);

#endif
