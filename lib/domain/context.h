/* SPDX-License-Identifier: MIT */
/*
 * context - the names of the contexts. Each has a database hotel_NAME with a user of that name. The
 * first of them, those that consume events, have a queue q.NAME at the broker and a dead-letter queue
 * q.NAME.dead.
 */
#ifndef DOMAIN_CONTEXT_H
#define DOMAIN_CONTEXT_H

#include <stdbool.h>

#define CONTEXTS 6
#define QUEUES   5 /* the contexts from the first on that have one */

extern const char *const contexts[CONTEXTS];

/* Whether a context of this name has a queue. */
bool context_has_queue(const char *name);

#endif
