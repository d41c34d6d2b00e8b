/*
 * history - whether the stream of history and the databases tell the same.
 */
#ifndef CHECKS_HISTORY_H
#define CHECKS_HISTORY_H

#include "adapters/amqp/broker.h"
#include "adapters/mariadb/db.h"
#include "checks/findings.h"

/* Reads the whole stream. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY: could not tell. */
MUST_CHECK enum err history_check(struct db *db, struct broker *broker, struct findings *findings);

#endif
