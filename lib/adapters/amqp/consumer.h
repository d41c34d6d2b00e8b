/* SPDX-License-Identifier: MIT */
/*
 * consumer - consumes a queue, or the stream `history`.
 */
#ifndef ADAPTERS_AMQP_CONSUMER_H
#define ADAPTERS_AMQP_CONSUMER_H

#include "adapters/amqp/broker.h"
#include "base/buf.h"

#define MESSAGE_BODY_MAX 131072u /* bytes of a body; a longer body is dropped: whole is false */

/* A text is "" if the message does not have it; a longer one is cut. */
struct received_message {
	uint64_t tag; /* to acknowledge or reject it by */
	char exchange
		[64]; /* where it was published; "": to this queue by its name, by an operator */
	char routing_key[64];
	char id[64]; /* message_id: for logs */
	char type[64], correlation_id[32], content_type[64], app_id[32];
	char reason[32];        /* of a dead letter: the broker's first reason */
	int64_t timestamp_s;    /* 0: none */
	bool whole;             /* whether body is all of it */
	const struct buf *body; /* valid until the next call */
};

/* Starts consuming a queue; at most prefetch deliveries are unacknowledged. ERR_UNAVAILABLE. */
MUST_CHECK enum err consumer_start(struct broker *broker, const char *queue, uint16_t prefetch);

/* The same for a stream, from its first message on. */
MUST_CHECK enum err consumer_start_first(struct broker *broker, const char *stream,
                                         uint16_t prefetch);

/*
 * The next delivery; waits up to timeout_ms (0: takes only what is there). ERR_TIMEOUT: there is
 * none. ERR_CLOSED: there is none and the program is to end. ERR_UNAVAILABLE, ERR_MEMORY.
 */
MUST_CHECK enum err consumer_take(struct broker *broker, uint32_t timeout_ms,
                                  struct received_message *ret_message);

/* Acknowledges it; multiple: and all before it. ERR_UNAVAILABLE: it will be delivered again. */
MUST_CHECK enum err consumer_ack(struct broker *broker, uint64_t tag, bool multiple);

/* Rejects it: it goes to the dead-letter queue. ERR_UNAVAILABLE. */
MUST_CHECK enum err consumer_reject(struct broker *broker, uint64_t tag);

#endif
