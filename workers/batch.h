/* SPDX-License-Identifier: MIT */
/*
 * batch - deliveries that are applied together.
 *
 * All waiting events are applied in one transaction. If that fails because of an event, each event
 * is applied alone, its failures are counted, and after BATCH_FAILURES_MAX failures it is dead;
 * the others go on. If it fails because a dependency is unavailable, nothing is counted.
 *
 * A batch does not use the broker: it says what is to be acknowledged and what is dead.
 */
#ifndef WORKERS_BATCH_H
#define WORKERS_BATCH_H

#include "workers/disposition.h"
#include "workers/worker.h"

#include <stdatomic.h>

#define BATCH_FAILURES_MAX 10u

enum batch_state {
	BATCH_WAITING, /* to be applied, now or later */
	BATCH_DONE,    /* applied */
	BATCH_DEAD,    /* to be dead-lettered: it failed too often alone, or no retry can help */
};

struct batch_item {
	uint64_t tag; /* ascending within a batch */
	enum batch_state state;
	unsigned failures;   /* alone; items with failures come first */
	enum err last;       /* the outcome of its last try alone */
	int64_t retry_at_ms; /* by monotonic_ms(), if it has failures */
};

struct batch {
	struct event *events;
	struct batch_item *items;
	size_t n, max;
	atomic_ullong retries; /* for metrics: failures of single events, but for the last */
};

/* Makes room for max deliveries. ERR_MEMORY. */
MUST_CHECK enum err batch_open(struct batch *batch, size_t max);
void batch_close(struct batch *batch);

/* Where to write the next event before batch_add(). NULL: the batch is full. */
struct event *batch_next(struct batch *batch);
void batch_add(struct batch *batch, uint64_t tag);

/*
 * Applies the items that wait and are due. OK: every item is done, dead, or waits for its next try.
 * An error: a dependency is unavailable; call it again after a pause.
 */
MUST_CHECK enum err batch_apply(struct batch *batch, const struct worker *worker,
                                const struct app *app, int64_t now_ms);

/* Whether every item is done: then the last tag acknowledges all. */
bool batch_is_done(const struct batch *batch);

/* Removes the items that are done or dead. */
void batch_sweep(struct batch *batch);

/* When the next try of an item with failures is due; INT64_MAX if there is none. */
int64_t batch_retry_at(const struct batch *batch);

#endif
