/*
 * backoff - pauses that double up to a limit, each shortened at random, so that many who lost the
 * same part do not come back all at once.
 */
#ifndef WORKERS_BACKOFF_H
#define WORKERS_BACKOFF_H

#include <stdint.h>

struct backoff {
	uint32_t least_ms, most_ms;
	uint32_t next_ms; /* 0: the next pause is the first */
};

/* How long to pause now: half to the whole of what is due. */
uint32_t backoff_next(struct backoff *backoff);

/* It went well: the next pause is the first again. */
void backoff_reset(struct backoff *backoff);

#endif
