/* SPDX-License-Identifier: MIT */
/*
 * backoff - pauses between tries that double up to a limit.
 *
 * A random part keeps processes that lost the same server from coming back all at once.
 */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include <stdint.h>

/* The pause after so many failures (1 or more): first_ms, doubled for each further failure, at most
 * most_ms. */
uint32_t backoff_ms(uint32_t first_ms, uint32_t most_ms, uint32_t failures);

/* A random time from half to the whole of ms. */
uint32_t backoff_jitter(uint32_t ms);

struct backoff {
	uint32_t least_ms, most_ms;
	uint32_t failures; /* 0: the next pause is the first */
};

/* How long to pause now, with jitter; the next pause is twice as long. */
uint32_t backoff_next(struct backoff *backoff);

/* It went well: the next pause is the first again. */
void backoff_reset(struct backoff *backoff);

#endif
