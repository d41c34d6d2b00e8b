/* SPDX-License-Identifier: MIT */
/*
 * tables - the statements of all stores, for the test that prepares each against the schema.
 */
#ifndef ADAPTERS_MARIADB_TABLES_H
#define ADAPTERS_MARIADB_TABLES_H

#include "adapters/mariadb/db.h"

/* NULL at the end. */
extern const struct db_table *const db_tables[];

#endif
