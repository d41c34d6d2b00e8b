/* SPDX-License-Identifier: MIT */
#include "tools/dead/dead_letter_queue.h"

#include "adapters/amqp/publisher.h"
#include "adapters/amqp/topology.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define TAKE_LIMIT_MS 5000
#define SEND_LIMIT_MS 5000

enum err
dead_letters_open(struct broker *broker, struct broker *sender, const char *context,
                  struct dead_letter_queue *ret_queue, uint32_t *ret_waiting)
{
	struct dead_letter_queue queue = {.broker = broker, .sender = sender};
	char name[QUEUE_NAME_SIZE];
	struct queue_depth depth;
	enum err err = text_copy(queue.context, sizeof(queue.context), context);
	if (err != OK)
		return ERR_NOT_FOUND;
	topology_queue_name(context, ".dead", name);
	err = topology_depth(broker, name, &depth);
	if (err == OK && !depth.exists)
		err = ERR_NOT_FOUND;
	if (err != OK)
		return err;
	queue.wanted = depth.messages < DEAD_LETTERS_MAX ? depth.messages : DEAD_LETTERS_MAX;
	if (queue.wanted)
		err = consumer_start(broker, name, DEAD_LETTERS_MAX);
	if (err != OK)
		return err;
	*ret_queue = queue;
	*ret_waiting = depth.messages;
	return OK;
}

enum err
dead_letters_next(struct dead_letter_queue *queue, struct received_message *ret_message)
{
	if (queue->seen == queue->wanted)
		return ERR_NOT_FOUND;
	enum err err = consumer_take(queue->broker, TAKE_LIMIT_MS, ret_message);
	queue->seen += err == OK;
	return err;
}

/* FNV-1a, 64 bits (RFC 9923): the same body gets the same name each time. */
static uint64_t
hash_of(const struct buf *body)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < body->len; i++)
		hash = (hash ^ (unsigned char)body->data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

void
dead_letter_name(const struct received_message *received, char ret_name[DEAD_LETTER_NAME])
{
	if (*received->id)
		snprintf(ret_name, DEAD_LETTER_NAME, "%s", received->id);
	else
		snprintf(ret_name, DEAD_LETTER_NAME, "body-%016" PRIx64, hash_of(received->body));
}

enum err
dead_letter_resend(struct dead_letter_queue *queue, const struct received_message *received)
{
	char name[QUEUE_NAME_SIZE];
	topology_queue_name(queue->context, "", name);
	struct message message = {.exchange = "",
	                          .routing_key = name,
	                          .id = received->id,
	                          .type = received->type,
	                          .correlation_id = received->correlation_id,
	                          .content_type = received->content_type,
	                          .app_id = received->app_id,
	                          .timestamp_s = received->timestamp_s,
	                          .body = received->body->data,
	                          .body_len = received->body->len};
	enum publish_outcome outcome;
	if (!received->whole)
		return ERR_TOO_LARGE;
	enum err err = OK;
	if (!broker_is_connected(queue->sender))
		err = broker_connect(queue->sender);
	if (err == OK)
		err = publisher_send(queue->sender, &message, 1, SEND_LIMIT_MS, SEND_LIMIT_MS,
		                     &outcome);
	if (err == OK && outcome != PUBLISH_CONFIRMED)
		err = ERR_UNAVAILABLE;
	return err == OK ? dead_letter_drop(queue, received) : err;
}

enum err
dead_letter_drop(struct dead_letter_queue *queue, const struct received_message *received)
{
	return consumer_ack(queue->broker, received->tag, false);
}
