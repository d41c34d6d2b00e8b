/* SPDX-License-Identifier: MIT */
#include "tools/common/broker_history.h"

#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define PREFETCH      512
#define ACK_EVERY     128 /* messages; less than PREFETCH, or the broker sends no more */
#define TAKE_LIMIT_MS 5000

static enum err
message_visit(const struct received_message *received, struct event *event, history_visit *visit,
              void *arg)
{
	const char *body = received->body->data ? received->body->data : "";
	enum err err = event_read(body, received->body->len, event);
	if (err == ERR_POISON)
		return OK;
	if (err != OK)
		return err;
	return visit(event, event_came_by(event, received->exchange, received->routing_key), arg);
}

static enum err
stream_read(struct history *history, const char *correlation_id, history_visit *visit, void *arg)
{
	struct received_message received;
	enum err err;
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	if (!event)
		return ERR_MEMORY;
	for (size_t n = 1; (err = history_take(history, TAKE_LIMIT_MS, &received)) == OK; n++) {
		if (!correlation_id || strcmp(received.correlation_id, correlation_id) == 0)
			err = message_visit(&received, event, visit, arg);
		if (err == OK && n % ACK_EVERY == 0)
			err = consumer_ack(history->broker, received.tag, true);
		if (err != OK)
			return err;
	}
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
broker_history_read(struct broker *broker, const char *correlation_id, history_visit *visit,
                    void *arg)
{
	struct history history;
	enum err err = broker_connect(broker);
	if (err == OK)
		err = history_start(broker, PREFETCH, &history);
	if (err == OK)
		err = stream_read(&history, correlation_id, visit, arg);
	broker_drop(broker);
	return err;
}
