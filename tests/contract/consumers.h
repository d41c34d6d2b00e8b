/* SPDX-License-Identifier: MIT */
/*
 * consumers - several consumers that receive the same events at the same time, as after a failover.
 */
#ifndef TESTS_CONTRACT_CONSUMERS_H
#define TESTS_CONTRACT_CONSUMERS_H

#include "domain/event.h"

typedef enum err consumers_apply(const struct event events[], size_t n);

/* Eight threads apply all events in batches, each in its own order. Every batch has to succeed:
 * apply must hide conflicts between them. */
void consumers_run(consumers_apply *apply, const struct event events[], size_t n);

/* The same, while all sessions of the context's user are killed repeatedly. A batch that finds the
 * database unavailable is applied again, as a worker does. */
void consumers_run_killed(consumers_apply *apply, const struct event events[], size_t n,
                          const char *context);

#endif
