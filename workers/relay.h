/* SPDX-License-Identifier: MIT */
/*
 * relay - the thread that publishes the events of a context's outbox to its exchange.
 *
 * It claims rows by a lease in a short transaction, publishes them all in flight, and removes those
 * that the broker confirmed; it holds no lock while it talks to the broker. If it dies in between,
 * its lease expires and another relay republishes the rows: an event arrives at least once.
 */
#ifndef WORKERS_RELAY_H
#define WORKERS_RELAY_H

#include "adapters/amqp/broker.h"
#include "adapters/amqp/publisher.h"
#include "base/uuid.h"
#include "program/activity.h"
#include "program/stop.h"
#include "workers/queues.h"
#include "workers/worker.h"

#include <stdatomic.h>

struct relay {
	const struct worker *worker;
	const struct app *app;
	const struct stop *stop;
	struct broker *broker;
	char owner[UUID_TEXT]; /* the owner of its leases */
	size_t max;            /* rows of a claim, and the size of the arrays */
	struct outbox_row *rows;
	struct message *messages;
	char (*correlations)[24];
	enum publish_outcome *outcomes;
	uint64_t *ids;
	struct activity activity; /* of a claim */
	/* for metrics */
	atomic_ullong confirmed, returned, unconfirmed;
	struct queues queues;
};

/* Must be closed whatever the outcome. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err relay_open(struct relay *relay, const struct worker *worker,
                               const struct app *app, const struct stop *stop);
void relay_close(struct relay *relay);

/* Relays until the program is to end. For pthread_create(); arg is the relay. */
void *relay_run(void *arg);

/* Adds the metrics of publishing, of the outbox and of the queues. From any thread. */
void relay_metrics(const struct relay *relay, struct metrics *to);

#endif
