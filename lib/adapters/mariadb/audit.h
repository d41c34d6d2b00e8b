/* SPDX-License-Identifier: MIT */
/*
 * audit - the entries of a context's audit, for the stores, and the port.
 */
#ifndef ADAPTERS_MARIADB_AUDIT_H
#define ADAPTERS_MARIADB_AUDIT_H

#include "adapters/mariadb/db.h"
#include "app/audit.h"

/* Adds an entry in the transaction of its change. NULL: there is none. */
MUST_CHECK enum err audit_add(struct db_conn *conn, const struct audit_entry *entry);

/* The same of what an account did to itself (audit_entry_own()). */
MUST_CHECK enum err audit_add_own(struct db_conn *conn, const struct audit_entry *entry,
                                  uint64_t account_id);

/* The port; the pool has to outlive it. */
struct audit audit_mariadb(struct db *db);

/* For the test that prepares all statements. */
extern const struct db_table audit_table;

#endif
