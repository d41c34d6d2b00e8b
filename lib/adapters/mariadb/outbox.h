/*
 * outbox - events on their way out, stored in the transaction of the change they tell of, and the
 * port by which a relay takes them away.
 *
 * Nothing is locked while a relay talks to the broker: it claims rows by a lease, which runs out if
 * the relay does. Rows are found by what they are and not by the highest id seen: ids are given
 * before their transactions commit, so that a lower one may appear later. The contexts that produce
 * (room, book, pay) have the same table, so one piece of code serves all.
 */
#ifndef ADAPTERS_MARIADB_OUTBOX_H
#define ADAPTERS_MARIADB_OUTBOX_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table outbox_table;

/* Stores an event for the relay. Part of the work that makes the change. ERR_MEMORY. */
MUST_CHECK enum err outbox_add(struct db_conn *conn, const struct event *event);

/* The port, on the pool of the context's database, which has to outlive it. */
struct outbox outbox_mariadb(struct db *db);

#endif
