/* SPDX-License-Identifier: MIT */
/*
 * timeline - what happened to a booking, one entry each, from all sources.
 */
#ifndef TOOLS_TRACE_TIMELINE_H
#define TOOLS_TRACE_TIMELINE_H

#include "base/day.h"
#include "base/uuid.h"

#include <stdbool.h>
#include <stddef.h>

#define ENTRY_TEXT 1024

/* The order of entries with the same millisecond: causes before effects. */
enum entry_rank {
	ENTRY_REQUEST,
	ENTRY_HOLD,
	ENTRY_PAY,
	ENTRY_SETTLE,
	ENTRY_EVENT,
	ENTRY_APPLY,
	ENTRY_NOTIFY,
};

struct timeline_entry {
	instant_t at;             /* 0: the time is unknown, or still to come */
	uint32_t rank;            /* enum entry_rank */
	char part[16];            /* the source: "nginx", "book", "history", "alarm"... */
	char what[ENTRY_TEXT];    /* a text for people */
	char request_id[65];      /* "" if none */
	char event_id[UUID_TEXT]; /* "" if none */
	char traceparent[56];     /* "" if none */
};

struct timeline {
	struct timeline_entry *list;
	size_t n, size;
};

/* Appends a copy. ERR_MEMORY. */
MUST_CHECK enum err timeline_add(struct timeline *timeline, const struct timeline_entry *entry);

/* In the order of time; entries without a time come last. */
void timeline_sort(struct timeline *timeline);

/* Frees the memory. For CLEANUP. */
void timeline_done(struct timeline *timeline);

#endif
