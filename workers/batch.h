/*
 * batch - deliveries that are applied together.
 *
 * Whatever is there is applied in one transaction. If that fails for a reason of an event, each is
 * tried alone, its failures are counted, and after BATCH_FAILURES_MAX of them it is dead; the
 * others go on. If it fails for a reason of a part, nothing is counted.
 *
 * A batch knows no broker: it says what is to be acknowledged and what is dead.
 */
#ifndef WORKERS_BATCH_H
#define WORKERS_BATCH_H

#include "workers/disposition.h"
#include "workers/worker.h"

#include <stdatomic.h>

#define BATCH_FAILURES_MAX 10u

enum batch_state {
	BATCH_WAITING, /* to be applied, now or later */
	BATCH_DONE,    /* its effect stands */
	BATCH_DEAD,    /* it failed by itself too often */
};

struct batch_item {
	uint64_t tag; /* ascending within a batch */
	enum batch_state state;
	unsigned failures;   /* by itself; those that have any stand first */
	enum err last;       /* the outcome of its last try alone */
	int64_t retry_at_ms; /* of monotonic_ms(); not before then, if it has failures */
};

struct batch {
	struct event *events;
	struct batch_item *items;
	size_t n, max;
	atomic_ullong
		retries; /* for metrics: failures of events by themselves that are not the last */
};

/* Room for so many. ERR_MEMORY. */
MUST_CHECK enum err batch_open(struct batch *batch, size_t max);
void batch_close(struct batch *batch);

/* Where the next event is to be written before batch_add(). NULL: it is full. */
struct event *batch_next(struct batch *batch);
void batch_add(struct batch *batch, uint64_t tag);

/*
 * Applies what waits and is due. OK: every item is done, dead, or waits for its own next try. An
 * error: a part failed, and what still waits is to be tried after a pause.
 */
MUST_CHECK enum err batch_apply(struct batch *batch, const struct worker *worker,
                                const struct app *app, int64_t now_ms);

/* Whether every item is done: the last tag stands for all. */
bool batch_is_done(const struct batch *batch);

/* Takes out what is done or dead. */
void batch_sweep(struct batch *batch);

/* When the next try of an item with failures is due; INT64_MAX if there is none. */
int64_t batch_retry_at(const struct batch *batch);

#endif
