/* SPDX-License-Identifier: MIT */
/*
 * context - the names of the five contexts. Each has a database hotel_NAME with a user of that
 * name, a queue q.NAME at the broker, and a dead-letter queue q.NAME.dead.
 */
#ifndef DOMAIN_CONTEXT_H
#define DOMAIN_CONTEXT_H

#include <stdbool.h>

#define CONTEXTS 5

extern const char *const contexts[CONTEXTS];

bool context_exists(const char *name);

#endif
