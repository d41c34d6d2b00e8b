/*
 * relay - the thread that brings a context's events from its outbox to its exchange.
 *
 * It claims rows by a lease in a short transaction, publishes them with all in flight, and removes
 * what the broker confirmed; nothing is locked while it talks to the broker. Dies it in between,
 * the lease runs out and another relay publishes the rows again: an event arrives at least once.
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
	char owner[UUID_TEXT]; /* in whose name rows are claimed */
	size_t max;            /* rows at once; the arrays below have so many */
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

/* To be closed whatever the outcome. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err relay_open(struct relay *relay, const struct worker *worker,
                               const struct app *app, const struct stop *stop);
void relay_close(struct relay *relay);

/* Relays until the program is to end. For pthread_create(); arg is the relay. */
void *relay_run(void *arg);

/* Tells how that goes, what waits in the outbox, and what in the queues. From any thread. */
void relay_metrics(const struct relay *relay, struct metrics *to);

#endif
