/*
 * queues - what must hold in the broker: everything is consumed, nothing is dead.
 */
#ifndef TOOLS_CHECK_QUEUES_H
#define TOOLS_CHECK_QUEUES_H

#include "adapters/amqp/broker.h"
#include "tools/check/findings.h"

/* Looks at the queues of all contexts. ERR_UNAVAILABLE: could not tell. */
MUST_CHECK enum err queues_check(struct broker *broker, struct findings *findings);

#endif
