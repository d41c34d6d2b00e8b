/* SPDX-License-Identifier: MIT */
/*
 * activity - since when a thread has been busy with one unit of work, so that the main thread
 * finds a stuck one.
 */
#ifndef PROGRAM_ACTIVITY_H
#define PROGRAM_ACTIVITY_H

#include "base/clock.h"
#include "base/day.h"

#include <stdatomic.h>
#include <stdbool.h>

struct activity {
	atomic_llong since_ms; /* monotonic; 0: it waits for work */
};

static inline void
activity_begin(struct activity *activity)
{
	atomic_store(&activity->since_ms, monotonic_ms());
}

static inline void
activity_end(struct activity *activity)
{
	atomic_store(&activity->since_ms, 0);
}

/* The thread waits for something that may take any time: the time so far does not count. */
static inline void
activity_restart(struct activity *activity)
{
	long long since_ms = atomic_load(&activity->since_ms);
	if (since_ms) /* unless it has ended that work, or begun other work, meanwhile */
		atomic_compare_exchange_strong(&activity->since_ms, &since_ms, monotonic_ms());
}

/* Whether it has been busy with the same unit of work for longer than limit_ms. */
static inline bool
activity_is_stuck(const struct activity *activity, int64_t limit_ms)
{
	int64_t since_ms = atomic_load(&activity->since_ms);
	return since_ms && monotonic_ms() - since_ms > limit_ms;
}

#endif
