/* SPDX-License-Identifier: MIT */
/*
 * earlier - the queue of a context as earlier versions named it: `book` in place of `q.book`.
 *
 * The operator's import of the definitions makes the new queue and binds it, so from then on both
 * queues get every event; what waited before is in the earlier one alone. The worker applies that and
 * moves the dead letters, then takes the bindings away: a queue without bindings and consumers is
 * empty, and `./hotel up` and compose/replace delete it. All of it can be interrupted and is
 * repeated at the next connect; an event of both queues is applied once.
 */
#ifndef WORKERS_EARLIER_H
#define WORKERS_EARLIER_H

#include "adapters/amqp/broker.h"
#include "config/settings.h"
#include "program/stop.h"

#include <stdbool.h>

/* ret_free: there is an earlier queue, and no worker of an earlier version reads it; ret_used: one
 * does. ERR_UNAVAILABLE. */
MUST_CHECK enum err earlier_find(struct broker *broker, const char *context, bool *ret_free,
                                 bool *ret_used);

/* Moves the earlier queue's dead letters to the dead-letter queue: each is removed when the other
 * queue has confirmed it. The connection is a new one afterwards. ERR_UNAVAILABLE, ERR_MEMORY,
 * ERR_CLOSED: the program is to end. */
MUST_CHECK enum err earlier_dead_move(struct broker *broker, const struct settings *settings,
                                      const struct stop *stop, const char *context);

#endif
