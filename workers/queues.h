/* SPDX-License-Identifier: MIT */
/*
 * queues - the depth of the queues of all contexts, for metrics.
 *
 * Only the broker knows it, and a worker that is down cannot report its own queue. So every relay
 * polls all queues on the connection that it has. The relay's thread writes; any thread reads.
 */
#ifndef WORKERS_QUEUES_H
#define WORKERS_QUEUES_H

#include "adapters/amqp/topology.h"
#include "app/metrics.h"
#include "domain/context.h"

struct queues {
	int64_t poll_at_ms; /* of monotonic_ms(): the next poll */
	atomic_bool known;  /* by the current connection */
	struct {
		atomic_bool exists;
		atomic_uint messages, consumers, dead;
	} seen[QUEUES];
};

/* Asks the broker if a poll is due, every few seconds. ERR_UNAVAILABLE. */
MUST_CHECK enum err queues_poll(struct queues *queues, struct broker *broker);

/* The connection is gone: the depths are unknown. */
void queues_forget(struct queues *queues);

/* Adds the metrics of the queues that exist; of none, if queues is zeroed. */
void queues_metrics(const struct queues *queues, struct metrics *to);

#endif
