/*
 * outbox - events on their way out, stored in the transaction of the change they tell of.
 *
 * The contexts that produce (room, book, pay) have the same table, so one piece of code serves all.
 */
#ifndef ADAPTERS_MARIADB_OUTBOX_H
#define ADAPTERS_MARIADB_OUTBOX_H

#include "adapters/mariadb/db.h"
#include "domain/event.h"

extern const struct db_table outbox_table;

/* Stores an event for the relay. Part of the work that makes the change. ERR_MEMORY. */
MUST_CHECK enum err outbox_add(struct db_conn *conn, const struct event *event);

#endif
