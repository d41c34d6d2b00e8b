/* SPDX-License-Identifier: MIT */
/*
 * topology - the exchanges, queues and bindings a context needs, declared by its worker.
 *
 * RabbitMQ creates them from its definitions when it starts. A worker declares its own queues again
 * at each connect, and their bindings now and then, so a deleted one is restored. Exchanges, and the
 * bindings of `history`, are the operator's alone: no worker may change them. Queues are durable
 * quorum queues; their limits and dead lettering are policies of the broker, since a queue's
 * arguments cannot be changed later.
 *
 * Permissions go by name, for queues and exchanges alike, so a queue has another name than an
 * exchange: who may bind to the exchange `book` must not read book's queue, which is `q.book`. In
 * versions before it was `book`: such an earlier queue is emptied by its worker (workers/earlier.h).
 *
 * A queue that did not exist has missed the events published meanwhile. It is filled from the
 * stream `history`. A queue q.<context>.refill says that this is not finished, so that the next
 * start repeats it after a crash.
 */
#ifndef ADAPTERS_AMQP_TOPOLOGY_H
#define ADAPTERS_AMQP_TOPOLOGY_H

#include "adapters/amqp/consumer.h"
#include "base/uuid.h"

#define QUEUE_NAME_SIZE 64

/* The name of a context's queue (suffix ""), or of one beside it: ".dead", ".refill". */
void topology_queue_name(const char *context, const char *suffix, char ret_name[QUEUE_NAME_SIZE]);

/* Whether the exchange a context publishes to exists. ERR_UNAVAILABLE: also if it does not. */
MUST_CHECK enum err topology_exchange(struct broker *broker, const char *context);

/* Whether history is ready for messages. A broker that has just started accepts messages a little
 * earlier, and confirms messages that history has not received. ERR_UNAVAILABLE: not ready. */
MUST_CHECK enum err topology_history(struct broker *broker);

/* Declares a context's queue, its dead-letter queue and its bindings. ret_refill: the queue must be
 * filled from history before it is consumed. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_queue(struct broker *broker, const char *context, bool *ret_refill);

/* Makes the bindings of a context's queue again, on a channel of its own while the queue is
 * consumed: nobody is told when a binding is deleted at the broker. What was published without it
 * has to be found by hotel-check. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_bind_again(struct broker *broker, const char *context);

/* Removes the bindings of a context's earlier queue. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_unbind_earlier(struct broker *broker, const char *context);

/* Declares the exchange q.<context>.dead, which leads to the context's dead-letter queue: a context
 * may not publish to a queue by its name. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_dead_exchange(struct broker *broker, const char *context);

/* A queue as the broker sees it. */
struct queue_depth {
	bool exists;
	uint32_t messages;  /* ready; without those that a consumer has not acknowledged */
	uint32_t consumers; /* that read it */
};

/* Gets the depth of a queue. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_depth(struct broker *broker, const char *queue,
                                   struct queue_depth *ret_depth);

/* The refill is finished: deletes the refill queue. ERR_UNAVAILABLE. */
MUST_CHECK enum err topology_end_refill(struct broker *broker, const char *context);

/*
 * Starts reading all of history up to now. "Now" is an end marker that is published through the
 * exchange `marks`, with the user's name as the routing key: every message published before our
 * queue was bound is before it. Nobody takes a message of that exchange for an event.
 * ERR_NOT_FOUND: the stream does not exist. ERR_UNAVAILABLE, ERR_TIMEOUT.
 */
struct history {
	struct broker *broker;
	char end_marker[UUID_TEXT];
};

MUST_CHECK enum err history_start(struct broker *broker, uint16_t prefetch,
                                  struct history *ret_history);

/*
 * The next event of history, to be acknowledged with consumer_ack(). ERR_NOT_FOUND: there are no
 * more. ERR_TIMEOUT: none yet. ERR_CLOSED, ERR_UNAVAILABLE, ERR_MEMORY.
 */
MUST_CHECK enum err history_take(struct history *history, uint32_t timeout_ms,
                                 struct received_message *ret_message);

#endif
