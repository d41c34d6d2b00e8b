/*
 * pulse - since when a thread has been at one piece of work, for another one to look at.
 */
#ifndef WORKERS_PULSE_H
#define WORKERS_PULSE_H

#include "base/day.h"

#include <stdatomic.h>
#include <stdbool.h>

struct pulse {
	atomic_llong since_ms; /* monotonic; 0: it waits for something to do */
};

static inline void
pulse_begin(struct pulse *pulse)
{
	atomic_store(&pulse->since_ms, monotonic_ms());
}

static inline void
pulse_end(struct pulse *pulse)
{
	atomic_store(&pulse->since_ms, 0);
}

/* It waits for something that is allowed to take as long as it likes: the time so far does not
 * count. */
static inline void
pulse_excuse(struct pulse *pulse)
{
	long long since_ms = atomic_load(&pulse->since_ms);
	if (since_ms) /* unless it has ended that work, or begun other, meanwhile */
		atomic_compare_exchange_strong(&pulse->since_ms, &since_ms, monotonic_ms());
}

/* Whether it has been at the same piece of work for longer than that. */
static inline bool
pulse_is_stuck(const struct pulse *pulse, int64_t limit_ms)
{
	int64_t since_ms = atomic_load(&pulse->since_ms);
	return since_ms && monotonic_ms() - since_ms > limit_ms;
}

#endif
