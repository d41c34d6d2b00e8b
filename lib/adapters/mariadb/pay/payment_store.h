/* SPDX-License-Identifier: MIT */
/*
 * payment_store - one payment per booking, on MariaDB.
 */
#ifndef ADAPTERS_MARIADB_PAY_PAYMENT_STORE_H
#define ADAPTERS_MARIADB_PAY_PAYMENT_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table payment_table;

/* The port, on the pool of pay's database, which has to outlive it. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err payment_store_mariadb(struct db *db, struct payment_store *ret_store);

/* Nobody may be using it. A zeroed one is fine. */
void payment_store_mariadb_close(struct payment_store *store);

#endif
