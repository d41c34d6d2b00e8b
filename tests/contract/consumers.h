/*
 * consumers - several consumers that get the same events at the same time, as after a failover.
 */
#ifndef TESTS_CONTRACT_CONSUMERS_H
#define TESTS_CONTRACT_CONSUMERS_H

#include "domain/event.h"

typedef enum err consumers_apply(const struct event events[], size_t n);

/* Lets eight threads apply all events in batches, each thread in an order of its own. Every batch
 * has to succeed: what they do to each other is not the caller's to see. */
void consumers_run(consumers_apply *apply, const struct event events[], size_t n);

/* The same, while all sessions of the context's user are killed again and again. A batch that finds
 * the database away is applied again, as a worker does. */
void consumers_run_killed(consumers_apply *apply, const struct event events[], size_t n,
                          const char *context);

#endif
