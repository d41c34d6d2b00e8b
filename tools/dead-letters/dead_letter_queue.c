/* dead_letter_queue - the dead letters of a context's queue. */
#include "tools/dead-letters/dead_letter_queue.h"

#include "adapters/amqp/publisher.h"
#include "adapters/amqp/topology.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define TAKE_LIMIT_MS 5000
#define SEND_LIMIT_MS 5000

enum err
letters_open(struct broker *broker, struct broker *sender, const char *context,
             struct letters *ret_letters, uint32_t *ret_waiting)
{
	struct letters letters = {.broker = broker, .sender = sender};
	char queue[64];
	struct queue_depth depth;
	enum err err = text_copy(letters.context, sizeof(letters.context), context);
	if (err != OK)
		return ERR_NOT_FOUND;
	snprintf(queue, sizeof(queue), "%s.dead", context);
	err = topology_depth(broker, queue, &depth);
	if (err == OK && !depth.exists)
		err = ERR_NOT_FOUND;
	if (err != OK)
		return err;
	letters.wanted = depth.messages < LETTERS_MAX ? depth.messages : LETTERS_MAX;
	if (letters.wanted)
		err = consumer_start(broker, queue, LETTERS_MAX);
	if (err != OK)
		return err;
	*ret_letters = letters;
	*ret_waiting = depth.messages;
	return OK;
}

enum err
letters_next(struct letters *letters, struct arrival *ret_arrival)
{
	if (letters->seen == letters->wanted)
		return ERR_NOT_FOUND;
	enum err err = consumer_take(letters->broker, TAKE_LIMIT_MS, ret_arrival);
	if (err == ERR_TIMEOUT)
		return ERR_NOT_FOUND; /* somebody else took it */
	letters->seen++;
	return err;
}

/* FNV-1a, 64 bits (RFC 9923): the same body has the same name each time it is looked at. */
static uint64_t
hash_of(const struct buf *body)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < body->len; i++)
		hash = (hash ^ (unsigned char)body->data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

void
letter_name(const struct arrival *arrival, char ret_name[LETTER_NAME])
{
	if (*arrival->id)
		snprintf(ret_name, LETTER_NAME, "%s", arrival->id);
	else
		snprintf(ret_name, LETTER_NAME, "body-%016" PRIx64, hash_of(arrival->body));
}

enum err
letter_resend(struct letters *letters, const struct arrival *arrival)
{
	struct message message = {.exchange = "",
	                          .routing_key = letters->context,
	                          .id = arrival->id,
	                          .type = arrival->type,
	                          .correlation_id = arrival->correlation_id,
	                          .content_type = arrival->content_type,
	                          .app_id = arrival->app_id,
	                          .timestamp_s = arrival->timestamp_s,
	                          .body = arrival->body->data,
	                          .body_len = arrival->body->len};
	enum publish_outcome outcome;
	if (!arrival->whole)
		return ERR_TOO_LARGE;
	enum err err = OK;
	if (!broker_is_connected(letters->sender))
		err = broker_connect(letters->sender);
	if (err == OK)
		err = publisher_send(letters->sender, &message, 1, SEND_LIMIT_MS, SEND_LIMIT_MS,
		                     &outcome);
	if (err == OK && outcome != PUBLISH_CONFIRMED)
		err = ERR_UNAVAILABLE;
	return err == OK ? letter_drop(letters, arrival) : err;
}

enum err
letter_drop(struct letters *letters, const struct arrival *arrival)
{
	return consumer_ack(letters->broker, arrival->tag, false);
}
