/*
 * consume - the thread that takes a context's events from its queue and applies them.
 *
 * It takes what is there, up to HOTEL_CONSUME_BATCH, applies it in one transaction and acknowledges
 * after the commit. Whatever happens to the connection, it comes back: what was not acknowledged is
 * delivered again and changes nothing the second time.
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
	struct batch batch;
	instant_t empty_at;       /* nothing waited in the queue then; 0: not known */
	int64_t looked_ms;        /* when it was last looked */
	struct activity activity; /* of a batch */
	/* for metrics */
	atomic_ullong applied, batches, failed, dead;
	struct histogram lag; /* of what came by the queue: history's is as old as it is */
};

/* To be closed whatever the outcome. ERR_MEMORY. */
MUST_CHECK enum err consume_open(struct consume *consume, const struct worker *worker,
                                 const struct app *app, const struct stop *stop);
void consume_close(struct consume *consume);

/* Consumes until the program is to end. For pthread_create(); arg is the consume. */
void *consume_run(void *arg);

/* Tells how that goes. From any thread. */
void consume_metrics(const struct consume *consume, struct metrics *to);

#endif
