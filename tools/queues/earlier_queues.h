/* SPDX-License-Identifier: MIT */
/*
 * earlier_queues - the queues of earlier versions, such as `book` and `book.dead`, that are left at
 * the broker. Their workers move what waits in them (workers/earlier.h).
 */
#ifndef TOOLS_QUEUES_EARLIER_QUEUES_H
#define TOOLS_QUEUES_EARLIER_QUEUES_H

#include "tools/queues/queue_backup.h"

/* Writes a line for each to the file, "book.dead empty": without messages and consumers, or "book
 * used"; events counts them. ERR_SYSTEM: the file cannot be written. ERR_UNAVAILABLE, ERR_MEMORY. */
MUST_CHECK enum err earlier_queues_list(struct queue_backup *backup);

#endif
