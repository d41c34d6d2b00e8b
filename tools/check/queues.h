/* SPDX-License-Identifier: MIT */
/*
 * queues - what must hold in the broker: every event is consumed, there are no dead letters.
 */
#ifndef TOOLS_CHECK_QUEUES_H
#define TOOLS_CHECK_QUEUES_H

#include "adapters/amqp/broker.h"
#include "tools/check/findings.h"

/* Checks the queues of all contexts. ERR_UNAVAILABLE: could not check. */
MUST_CHECK enum err queues_check(struct broker *broker, struct findings *findings);

#endif
