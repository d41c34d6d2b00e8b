/*
 * disposition - what an outcome means for the event that was being applied.
 */
#ifndef WORKERS_DISPOSITION_H
#define WORKERS_DISPOSITION_H

#include "base/err.h"

enum disposition {
	DISPOSITION_ACK,   /* its effect stands: acknowledge it */
	DISPOSITION_PAUSE, /* a part is down or busy, which is not the event's fault: keep it, try
	                    * later
	                    */
	DISPOSITION_RETRY_SINGLE, /* the event's own failure: try it alone, count; dead letters in
	                             the end */
	DISPOSITION_DEAD_LETTER,  /* no retry will help: dead letters at once */
	DISPOSITION_MAX
};

/* The only place that decides it for a consumer. */
enum disposition disposition_of(enum err err);

/* "ack", "pause", "alone", "dead". */
const char *disposition_name(enum disposition disposition);

#endif
