/* SPDX-License-Identifier: MIT */
/*
 * history - checks that the stream `history` and the databases agree.
 */
#ifndef TOOLS_CHECK_HISTORY_H
#define TOOLS_CHECK_HISTORY_H

#include "adapters/amqp/broker.h"
#include "tools/check/findings.h"
#include "tools/check/owners.h"

/* Reads the whole stream; it need not have changes from before `since` (0: must have all).
 * ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY: could not check. */
MUST_CHECK enum err history_check(struct db *db, const struct owners *owners, struct broker *broker,
                                  instant_t since, struct findings *findings);

#endif
