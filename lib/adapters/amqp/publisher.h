/* SPDX-License-Identifier: MIT */
/*
 * publisher - publishes messages with publisher confirms: mandatory and persistent.
 */
#ifndef ADAPTERS_AMQP_PUBLISHER_H
#define ADAPTERS_AMQP_PUBLISHER_H

#include "adapters/amqp/broker.h"

#include <stddef.h>

#define PUBLISH_MAX 4096 /* messages of one call */

/* The texts are borrowed for the call; "" leaves a property out. */
struct message {
	const char *exchange, *routing_key;
	const char *id;             /* unique: identifies a returned message */
	const char *type;           /* the event's short type */
	const char *correlation_id; /* the booking's id */
	const char *content_type;
	const char *app_id;
	int64_t timestamp_s; /* since 1970 */
	const char *body;
	size_t body_len;
};

enum publish_outcome {
	PUBLISH_UNKNOWN,   /* not known whether it arrived: publish it again */
	PUBLISH_CONFIRMED, /* it is on disk in every queue that is bound for it */
	PUBLISH_RETURNED,  /* no queue is bound for it */
	PUBLISH_REFUSED,   /* the broker could not store it */
	PUBLISH_OUTCOME_MAX
};

/*
 * Publishes n messages, all in flight at once, and waits for their outcomes, at most limit_ms, not
 * counting the time while the broker blocks publishers; when the program is to stop, at most
 * end_limit_ms more. ret_outcomes is always filled. ERR_TIMEOUT: some outcomes are unknown, and the
 * connection is no longer usable. ERR_UNAVAILABLE.
 */
MUST_CHECK enum err publisher_send(struct broker *broker, const struct message messages[], size_t n,
                                   uint32_t limit_ms, uint32_t end_limit_ms,
                                   enum publish_outcome ret_outcomes[]);

#endif
