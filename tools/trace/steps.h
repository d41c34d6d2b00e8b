/*
 * steps - what happened to a booking, one line each, from wherever it left a mark.
 */
#ifndef TOOLS_TRACE_STEPS_H
#define TOOLS_TRACE_STEPS_H

#include "base/day.h"
#include "base/uuid.h"

#include <stdbool.h>
#include <stddef.h>

#define STEP_TEXT 1024

/* What comes first of what has the same millisecond: causes before effects. */
enum step_rank {
	STEP_REQUEST,
	STEP_HOLD,
	STEP_PAY,
	STEP_SETTLE,
	STEP_EVENT,
	STEP_APPLY,
	STEP_TELL,
};

struct step {
	instant_t at;             /* 0: nobody noted when, or it is still to come */
	uint32_t rank;            /* enum step_rank */
	char part[16];            /* who noted it: "nginx", "book", "history", "alarm"... */
	char what[STEP_TEXT];     /* in words for people */
	char request_id[65];      /* "" if none */
	char event_id[UUID_TEXT]; /* "" if none */
	char traceparent[56];     /* "" if none */
};

struct steps {
	struct step *list;
	size_t n, size;
};

/* Appends a copy. ERR_MEMORY. */
MUST_CHECK enum err steps_add(struct steps *steps, const struct step *step);

/* In the order of time; what has none goes last. */
void steps_sort(struct steps *steps);

/* Gives the memory back. For CLEANUP. */
void steps_done(struct steps *steps);

#endif
