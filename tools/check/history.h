/*
 * history - whether the stream of history and the databases tell the same.
 */
#ifndef TOOLS_CHECK_HISTORY_H
#define TOOLS_CHECK_HISTORY_H

#include "adapters/amqp/broker.h"
#include "adapters/mariadb/db.h"
#include "tools/check/findings.h"

/* Reads the whole stream. What changed before `since` (0: ever) need not stand in it.
 * ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY: could not tell. */
MUST_CHECK enum err history_check(struct db *db, struct broker *broker, instant_t since,
                                  struct findings *findings);

#endif
