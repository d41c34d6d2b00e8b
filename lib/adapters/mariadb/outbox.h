/* SPDX-License-Identifier: MIT */
/*
 * outbox - events to be published, stored in the transaction of the change they are about, and the
 * port through which a relay claims them.
 *
 * Nothing is locked while a relay talks to the broker: it claims rows by a lease, which expires if
 * the relay dies. Rows are found by their state, not by the highest id seen: ids are assigned
 * before their transactions commit, so a lower one may appear later. The contexts that publish
 * (room, book, pay) have the same table and share this code.
 */
#ifndef ADAPTERS_MARIADB_OUTBOX_H
#define ADAPTERS_MARIADB_OUTBOX_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table outbox_table;

/* Stores an event for the relay, in the transaction of the change that it is about. ERR_MEMORY. */
MUST_CHECK enum err outbox_add(struct db_conn *conn, const struct event *event);

/* The same for n events, in one round trip. */
MUST_CHECK enum err outbox_add_many(struct db_conn *conn, const struct event events[], size_t n);

/* The same for the present state of a room, a booking or a payment, as domain/event.h makes events
 * of them; nothing is stored for a state that is not published. */
MUST_CHECK enum err outbox_add_room(struct db_conn *conn, enum event_type type,
                                    const struct room *room, const struct origin *origin);
MUST_CHECK enum err outbox_add_book(struct db_conn *conn, const struct book *book,
                                    const struct origin *origin);
/* The event of an erasure. What still waits of the booking's earlier events loses the contact. */
MUST_CHECK enum err outbox_add_erasure(struct db_conn *conn, const struct book *book,
                                       const struct origin *origin);
/* The event of a claim, and of a payment that follows one. */
MUST_CHECK enum err outbox_add_claim(struct db_conn *conn, const struct book *book,
                                     const struct origin *origin);
MUST_CHECK enum err outbox_add_claimed_payment(struct db_conn *conn, const struct payment *payment,
                                               const struct origin *origin);
MUST_CHECK enum err outbox_add_payment(struct db_conn *conn, const struct payment *payment,
                                       const struct origin *origin);

/* The port, on the pool of the context's database, which has to outlive it. */
struct outbox outbox_mariadb(struct db *db);

#endif
