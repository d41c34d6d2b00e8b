/* SPDX-License-Identifier: MIT */
/*
 * merge - does together what many threads ask for at the same moment.
 *
 * A thread submits an item and waits until it is done. While a lane is free, it does the work itself and at once:
 * who comes alone waits for nobody. While all lanes are at work, items wait; as soon as one is free, one of the
 * waiting threads takes all that have come, in the order in which they came, and does them for the others. So a
 * batch is whatever has come while the one before was being done, and nothing is delayed to make it larger.
 *
 * The work says in each item how it ended; merge itself looks into none.
 */
#ifndef ADAPTERS_MARIADB_MERGE_H
#define ADAPTERS_MARIADB_MERGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MERGE_MAX 64 /* items of a batch */

struct merge;

struct merge_options {
	size_t max;       /* items of a batch, 1 to MERGE_MAX */
	unsigned lanes;   /* batches at the same time, 1 or more */
	uint32_t wait_ms; /* how long an item waits for a lane */
	/* Does n items, at least one. Called by one of the threads that wait for them, and by as many threads at
	 * the same time as there are lanes. */
	void (*work)(void *self, void *const items[], size_t n);
	void *self;
};

/* ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err merge_open(const struct merge_options *options, struct merge **ret_merge);

/* Nobody may be waiting. Takes NULL. */
void merge_close(struct merge *merge);

/* Returns OK when the item is done; ERR_TIMEOUT when no lane took it in time: then nothing was done. */
MUST_CHECK enum err merge_submit(struct merge *merge, void *item);

/* Whether each of a batch that ended so is tried alone: one of them may be why. Where the database is away that
 * would take as long again for each, and what is unknown may have happened. */
static inline bool
merge_may_be_tried_alone(enum err err)
{
	return err != ERR_UNKNOWN && err != ERR_UNAVAILABLE && err != ERR_TIMEOUT;
}

/* How many items wait for a lane, for tests and metrics. */
size_t merge_waiting(struct merge *merge);

#endif
