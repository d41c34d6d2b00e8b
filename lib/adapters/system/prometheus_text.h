/* SPDX-License-Identifier: MIT */
/*
 * prometheus_text - writes metrics in Prometheus' text format.
 */
#ifndef ADAPTERS_SYSTEM_PROMETHEUS_TEXT_H
#define ADAPTERS_SYSTEM_PROMETHEUS_TEXT_H

#include "app/metrics.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * A text that is being written. The first error stays, and nothing is appended after it: check err
 * once, at the end. ERR_TOO_LARGE, ERR_MEMORY; ERR_BUG: labels that do not fit the kind, or a kind
 * whose lines are not adjacent, which the format forbids.
 */
struct prometheus_text {
	struct metrics metrics; /* the first member */
	struct buf *text;
	enum err err;
	enum metric last;
	bool begun[METRIC_MAX];
};

/* Appends to text, which stays the caller's. */
struct prometheus_text prometheus_text(struct buf *text);

#endif
