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

/* Stores an event for the relay, in the transaction of the change that it announces. ERR_MEMORY. */
MUST_CHECK enum err outbox_add(struct db_conn *conn, const struct event *event);

/* The same for the present state of a room, a booking or a payment, as domain/event.h makes events
 * of them; nothing is stored for a state that is not announced. */
MUST_CHECK enum err outbox_add_room(struct db_conn *conn, enum event_type type,
                                    const struct room *room, const struct origin *origin);
MUST_CHECK enum err outbox_add_book(struct db_conn *conn, const struct book *book,
                                    const struct origin *origin);
MUST_CHECK enum err outbox_add_payment(struct db_conn *conn, const struct payment *payment,
                                       const struct origin *origin);

/* The port, on the pool of the context's database, which has to outlive it. */
struct outbox outbox_mariadb(struct db *db);

#endif
