/* SPDX-License-Identifier: MIT */
/*
 * broker_history - all events of the stream `history`, for tools that read it from its beginning.
 */
#ifndef TOOLS_COMMON_BROKER_HISTORY_H
#define TOOLS_COMMON_BROKER_HISTORY_H

#include "adapters/amqp/broker.h"
#include "domain/event.h"

/* Gets one event; valid during the call. genuine: the context that it names has published it; else
 * it is forged. An error ends the reading. */
typedef enum err history_visit(const struct event *event, bool genuine, void *arg);

/*
 * Connects, calls visit for each event of history up to now, and drops the connection. An event
 * that cannot be read is passed over: it is among the dead letters of its consumers.
 * correlation_id: only the events of this booking; NULL: all. ERR_NOT_FOUND: the stream does not
 * exist. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY, or what visit returned.
 */
MUST_CHECK enum err broker_history_read(struct broker *broker, const char *correlation_id,
                                        history_visit *visit, void *arg);

#endif
