/* SPDX-License-Identifier: MIT */
/*
 * disposition - what to do with an event after an outcome of applying it.
 */
#ifndef WORKERS_DISPOSITION_H
#define WORKERS_DISPOSITION_H

#include "base/err.h"

enum disposition {
	DISPOSITION_ACK,   /* it is applied: acknowledge it */
	DISPOSITION_PAUSE, /* a dependency is unavailable: keep the event, retry after a pause */
	DISPOSITION_RETRY_SINGLE, /* the event fails: retry it alone, dead-letter it in the end
	                           */
	DISPOSITION_DEAD_LETTER,  /* no retry will help: dead-letter it at once */
	DISPOSITION_MAX
};

/* The only place that decides it. */
enum disposition disposition_of(enum err err);

/* "ack", "pause", "retry_single", "dead_letter". */
const char *disposition_name(enum disposition disposition);

#endif
