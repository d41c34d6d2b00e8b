/* SPDX-License-Identifier: MIT */
/*
 * erased_note - the lines of erasures that wait for the list, stored in the transaction of the erasure, and
 * the port. The contexts that erase (book, account) have the same table and share this code.
 */
#ifndef ADAPTERS_MARIADB_ERASED_NOTE_H
#define ADAPTERS_MARIADB_ERASED_NOTE_H

#include "adapters/mariadb/db.h"
#include "app/erased.h"

/* Stores the line of an erasure, in its transaction. */
MUST_CHECK enum err erased_note_add(struct db_conn *conn, const struct erased *erased);

/* The port; the pool has to outlive it. */
struct erased_notes erased_notes_mariadb(struct db *db);

/* For the test that prepares all statements. */
extern const struct db_table erased_note_table;

#endif
