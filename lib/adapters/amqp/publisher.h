/*
 * publisher - messages that the broker answers for: mandatory, persistent, confirmed.
 */
#ifndef ADAPTERS_AMQP_PUBLISHER_H
#define ADAPTERS_AMQP_PUBLISHER_H

#include "adapters/amqp/broker.h"

#include <stddef.h>

#define PUBLISH_MAX 4096 /* messages of one call */

/* The texts are borrowed for the call; "" leaves a property out. */
struct message {
	const char *exchange, *routing_key;
	const char *id;             /* unique: a returned message is recognised by it */
	const char *type;           /* the event's short type */
	const char *correlation_id; /* the book's id */
	const char *content_type;
	const char *app_id;
	int64_t timestamp_s; /* since 1970 */
	const char *body;
	size_t body_len;
};

enum publish_outcome {
	PUBLISH_UNKNOWN,   /* it may or may not have arrived: publish it again */
	PUBLISH_CONFIRMED, /* it is on disk in every queue it belongs to */
	PUBLISH_RETURNED,  /* no queue is bound for it */
	PUBLISH_REFUSED,   /* the broker could not store it */
	PUBLISH_OUTCOME_MAX
};

/*
 * Publishes n messages, all in flight at once, and waits for the outcome of each, at most limit_ms
 * (not counted while the broker is blocked); once the program is to end at most hurry_ms from then.
 * ret_outcomes is filled whatever is returned. ERR_TIMEOUT: not all have their outcome, and the
 * connection is of no more use. ERR_UNAVAILABLE.
 */
MUST_CHECK enum err publisher_send(struct broker *broker, const struct message messages[], size_t n,
                                   uint32_t limit_ms, uint32_t hurry_ms,
                                   enum publish_outcome ret_outcomes[]);

#endif
