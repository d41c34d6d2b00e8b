/* SPDX-License-Identifier: MIT */
/*
 * mypage_store - the view of bookings, on MariaDB.
 */
#ifndef ADAPTERS_MARIADB_MYPAGE_MYPAGE_STORE_H
#define ADAPTERS_MARIADB_MYPAGE_MYPAGE_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table mypage_table;

/* The port, on the pool of mypage's database, which has to outlive it. */
struct mypage_store mypage_store_mariadb(struct db *db);

/* For a rebuild: merges into the copy of the view only. store.merge() writes to it as well while
 * the row of `rebuild` says so. Outcomes are those of a DB_IDEMPOTENT transaction. */
MUST_CHECK enum err mypage_copy_merge(struct db *db, const struct event events[], size_t n);

#endif
