/*
 * queues - how much waits in the queues of all contexts, for metrics.
 *
 * No program but the broker knows, and a worker that is down cannot tell of its own: so every relay
 * looks at all of them, on the connection it has anyway. Owned by the relay's thread; told from
 * any.
 */
#ifndef WORKERS_QUEUES_H
#define WORKERS_QUEUES_H

#include "adapters/amqp/topology.h"
#include "app/metrics.h"
#include "domain/context.h"

struct queues {
	int64_t look_at_ms; /* of monotonic_ms(): not before */
	atomic_bool known;  /* since the connection was made */
	struct {
		atomic_bool exists;
		atomic_uint messages, consumers, dead;
	} seen[CONTEXTS];
};

/* Looks at them if it is time to, every few seconds. ERR_UNAVAILABLE. */
MUST_CHECK enum err queues_look(struct queues *queues, struct broker *broker);

/* Nothing is known any more: the connection is gone. */
void queues_forget(struct queues *queues);

/* Tells of those that are there. Zeroed memory knows of none. */
void queues_tell(const struct queues *queues, struct metrics *to);

#endif
