/* SPDX-License-Identifier: MIT */
/*
 * refusals - requests that did not arrive: counted for /metrics, and logged at a limited rate, since
 * whoever reaches the socket can cause as many as wanted.
 */
#ifndef FCGI_REFUSALS_H
#define FCGI_REFUSALS_H

#include "app/metrics.h"

#include <stdatomic.h>

enum refusal {
	REFUSED_MALFORMED, /* records that no web server sends */
	REFUSED_TOO_LARGE, /* far more parameters than are taken */
	REFUSED_TIMEOUT,   /* silent or slow for too long */
	REFUSED_CLOSED,    /* the peer left, or sent less or more than it announced */
	REFUSED_EVICTED,   /* others needed its place or its memory */
	REFUSAL_MAX
};

struct refusals {
	atomic_uint_fast64_t counts[REFUSAL_MAX];
	atomic_uint_fast64_t unlogged; /* since the last line */
	atomic_llong logged_ms;        /* when that was written; monotonic */
};

void refusals_init(struct refusals *refusals);

/* Counts one, and logs it unless another was logged less than a second ago. detail: in words; NULL:
 * the reason says enough. Thread-safe. */
void refusal_count(struct refusals *refusals, enum refusal refusal, const char *detail);

void refusals_metrics(const struct refusals *refusals, struct metrics *to);

#endif
