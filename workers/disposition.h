/*
 * verdict - what an outcome means for the event that was being applied.
 */
#ifndef WORKERS_VERDICT_H
#define WORKERS_VERDICT_H

#include "base/err.h"

enum verdict {
	VERDICT_ACK,   /* its effect stands: acknowledge it */
	VERDICT_PAUSE, /* a part is down or busy, which is not the event's fault: keep it, try later
	                */
	VERDICT_ALONE, /* the event's own failure: try it alone, count; dead letters in the end */
	VERDICT_DEAD,  /* no retry will help: dead letters at once */
	VERDICT_MAX
};

/* The only place that decides it for a consumer. */
enum verdict verdict_of(enum err err);

/* "ack", "pause", "alone", "dead". */
const char *verdict_name(enum verdict verdict);

#endif
