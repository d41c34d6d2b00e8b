/* SPDX-License-Identifier: MIT */
#include "workers/earlier.h"

#include "adapters/amqp/topology.h"
#include "base/log.h"
#include "composition/options.h"
#include "workers/dead_letter.h"

#include <stdio.h>

#define PREFETCH      64
#define TAKE_LIMIT_MS 5000

enum err
earlier_find(struct broker *broker, const char *context, bool *ret_free, bool *ret_used)
{
	struct queue_depth depth;
	enum err err = topology_depth(broker, context, &depth);
	if (err != OK)
		return err;
	*ret_used = depth.exists && depth.consumers > 0;
	*ret_free = depth.exists && depth.consumers == 0;
	return OK;
}

/* The broker's reason for the dead letter stays behind, as it is not a property. */
static enum err
message_move(struct broker *broker, struct broker *sender, const char *context,
             const struct received_message *received)
{
	const struct message message = {.id = received->id,
	                                .type = received->type,
	                                .correlation_id = received->correlation_id,
	                                .content_type = received->content_type,
	                                .app_id = received->app_id,
	                                .timestamp_s = received->timestamp_s,
	                                .body = received->body->data ? received->body->data : "",
	                                .body_len = received->body->len};
	if (!received->whole) /* it stays where it is */
		return OK;
	enum err err = dead_letter_publish(sender, context, &message);
	return err == OK ? consumer_ack(broker, received->tag, false) : err;
}

/* ERR_TIMEOUT: no more dead letters come. */
static enum err
dead_letters_move(struct broker *broker, struct broker *sender, const char *context, uint32_t n)
{
	struct received_message received;
	enum err err = OK;
	for (uint32_t i = 0; err == OK && i < n; i++) {
		err = consumer_take(broker, TAKE_LIMIT_MS, &received);
		if (err == OK)
			err = message_move(broker, sender, context, &received);
	}
	return err;
}

enum err
earlier_dead_move(struct broker *broker, const struct settings *settings, const struct stop *stop,
                  const char *context)
{
	const struct broker_options options = broker_options(settings, "earlier", stop->fd);
	struct queue_depth depth;
	char earlier[QUEUE_NAME_SIZE];
	snprintf(earlier, sizeof(earlier), "%s.dead", context);
	enum err err = topology_depth(broker, earlier, &depth);
	if (err != OK || !depth.exists || depth.messages == 0)
		return err;
	struct broker *sender = broker_new(&options);
	err = sender ? consumer_start(broker, earlier, PREFETCH) : ERR_MEMORY;
	if (err == OK)
		err = dead_letters_move(broker, sender, context, depth.messages);
	broker_free(sender);
	if (err != OK && err != ERR_TIMEOUT)
		return err;
	LOG(LOG_INFO, "dead-letters-moved", LOG_TEXT("queue", context),
	    LOG_NUMBER("messages", depth.messages));
	return broker_connect(broker);
}
