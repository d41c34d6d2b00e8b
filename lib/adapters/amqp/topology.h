/*
 * topology - the exchanges, queues and bindings a context needs, declared by its worker.
 *
 * RabbitMQ makes them from its definitions when it starts; a worker declares its own again at each
 * connect, so that what an operator deleted comes back. Queues are durable quorum queues; their
 * limits and dead letters are policies of the broker, since arguments cannot be changed later.
 *
 * A queue that had to be made anew has missed what was published meanwhile. It is filled from the
 * stream `history`; until that is done a queue <name>.refill stands as a sign, so that a crash in
 * the middle is made good by the next start.
 */
#ifndef ADAPTERS_AMQP_TOPOLOGY_H
#define ADAPTERS_AMQP_TOPOLOGY_H

#include "adapters/amqp/consumer.h"
#include "base/uuid.h"

/* Declares the exchange a context publishes to. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_exchange(struct broker *broker, const char *context);

/* Whether history takes what is published. A broker that has just started takes everything else a
 * little earlier, and confirms what history has not got. ERR_UNAVAILABLE: not now. */
MUST_CHECK enum err topology_history(struct broker *broker);

/* Declares a context's queue, its dead letters and its bindings. ret_refill: it has to be filled
 * from history before it is consumed. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_queue(struct broker *broker, const char *context, bool *ret_refill);

/* A queue as the broker sees it. */
struct queue_depth {
	bool exists;
	uint32_t messages;  /* that wait; not those that a consumer has and did not acknowledge */
	uint32_t consumers; /* who reads it */
};

/* Looks at a queue. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_depth(struct broker *broker, const char *queue,
                                   struct queue_depth *ret_depth);

/* The refill is done: takes the sign away. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_refilled(struct broker *broker, const char *context);

/*
 * Begins to read all of history, up to now. "Now" is a mark of our own that is published through
 * the exchange `history`: whatever came before our queue was bound stands before it. ERR_NOT_FOUND:
 * there is no such stream. ERR_UNAVAILABLE, ERR_TIMEOUT.
 */
struct history {
	struct broker *broker;
	char mark[UUID_TEXT];
};

MUST_CHECK enum err history_start(struct broker *broker, uint16_t prefetch,
                                  struct history *ret_history);

/*
 * The next event of history, to be acknowledged with consumer_ack(). ERR_NOT_FOUND: that was all.
 * ERR_TIMEOUT: none yet. ERR_CLOSED, ERR_UNAVAILABLE, ERR_MEMORY.
 */
MUST_CHECK enum err history_take(struct history *history, uint32_t timeout_ms,
                                 struct arrival *ret_arrival);

#endif
