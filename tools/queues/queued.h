/*
 * queued - the events that wait in the queues of all contexts, and their dead letters: read without
 * taking them away, and put into the queues of another broker.
 *
 * A line of JSON each: {"queue":"alarm", "id", "type", "correlationId", "contentType", "appId",
 * "timestamp", "body"}; body in base64, as a dead letter may be anything.
 */
#ifndef TOOLS_QUEUES_QUEUED_H
#define TOOLS_QUEUES_QUEUED_H

#include "adapters/amqp/broker.h"

#include <stdio.h>

#define QUEUED_MAX 60000 /* of one queue; as many can be looked at without taking one away */

struct queued {
	struct broker *broker; /* not connected */
	FILE *file;
	uint64_t events;
	char why[160]; /* what was wrong, "" if broker_why() says it */
};

/*
 * Writes what waits in each queue to the file. Nobody may consume any more, or be about to end it:
 * waits until nobody does, so that none is on its way between queue and consumer. What was read
 * goes back to its place. ERR_TIMEOUT: somebody goes on consuming. ERR_TOO_MANY: more than
 * QUEUED_MAX wait in a queue. ERR_SYSTEM: the file cannot be written. ERR_UNAVAILABLE, ERR_MEMORY.
 */
MUST_CHECK enum err queued_save(struct queued *queued);

/* Puts all of the file into the queues, which are there already, confirmed. ERR_INVALID: it is no
 * such file. ERR_SYSTEM: it cannot be read. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK enum err queued_load(struct queued *queued);

#endif
