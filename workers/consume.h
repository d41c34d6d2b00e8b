/* SPDX-License-Identifier: MIT */
/*
 * consume - the thread that takes a context's events from its queue and applies them.
 *
 * It takes what has arrived, up to HOTEL_CONSUME_BATCH events, applies it in one transaction and
 * acknowledges it after the commit. If the connection is lost it reconnects: unacknowledged events
 * are delivered again, and applying them again changes nothing.
 */
#ifndef WORKERS_CONSUME_H
#define WORKERS_CONSUME_H

#include "adapters/amqp/broker.h"
#include "program/activity.h"
#include "program/stop.h"
#include "workers/batch.h"

#include <stdatomic.h>

struct consume {
	const struct worker *worker;
	const struct app *app;
	const struct stop *stop;
	struct broker *broker;
	struct broker *sender; /* of dead letters of the stream; NULL: there was none yet */
	struct batch batch;
	uint64_t taken;           /* deliveries */
	instant_t empty_at;       /* when no message waited in the queue; 0: unknown */
	int64_t asked_ms;         /* when the broker was last asked */
	int64_t bound_ms;         /* when the bindings were last made */
	bool earlier_is_used;     /* a worker of an earlier version reads its queue */
	struct activity activity; /* of a batch */
	/* for metrics */
	atomic_ullong applied, batches, failed, dead, forged;
	struct histogram lag; /* of events of the queue; those of the stream are old anyway */
};

/* Must be closed whatever the outcome. ERR_MEMORY. */
MUST_CHECK enum err consume_open(struct consume *consume, const struct worker *worker,
                                 const struct app *app, const struct stop *stop);
void consume_close(struct consume *consume);

/* Consumes until the program is to end. For pthread_create(); arg is the consume. */
void *consume_run(void *arg);

/* Adds its metrics. From any thread. */
void consume_metrics(const struct consume *consume, struct metrics *to);

#endif
