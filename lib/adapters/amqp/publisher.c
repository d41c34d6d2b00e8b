/* SPDX-License-Identifier: MIT */
/* publisher - messages that the broker answers for. */
#include "adapters/amqp/publisher.h"

#include "adapters/amqp/session.h"
#include "base/clock.h"
#include "base/day.h"

#include <string.h>

#define LOOK_EVERY 64 /* messages between two looks at what the broker has to say */

/* One batch on its way. */
struct flight {
	struct broker *broker;
	const struct message *messages;
	enum publish_outcome *outcomes;
	bool *returned; /* comes before its ack */
	size_t n, waiting;
	uint64_t first_tag;
};

static enum err
channel_ready(struct broker *broker)
{
	if (broker->is_open[AMQP_CHANNEL_PUBLISH])
		return OK;
	enum err err = session_channel(broker, AMQP_CHANNEL_PUBLISH);
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_confirm_select(broker->conn, AMQP_CHANNEL_PUBLISH);
	return session_leave_rpc(broker, "asking for confirms", amqp_get_rpc_reply(broker->conn));
}

/* An ack or nack, of one tag or of all up to it. A returned message is acknowledged as well. */
static void
settle(struct flight *flight, uint64_t tag, bool multiple, enum publish_outcome outcome)
{
	if (tag < flight->first_tag || tag - flight->first_tag >= flight->n)
		return;
	size_t last = (size_t)(tag - flight->first_tag);
	for (size_t i = multiple ? 0 : last; i <= last; i++) {
		if (flight->outcomes[i] != PUBLISH_UNKNOWN)
			continue;
		flight->outcomes[i] = flight->returned[i] ? PUBLISH_RETURNED : outcome;
		flight->waiting--;
	}
}

static enum err
take_return(struct flight *flight)
{
	amqp_message_t message;
	enum err err = session_message(flight->broker, AMQP_CHANNEL_PUBLISH, &message);
	if (err != OK)
		return err;
	amqp_bytes_t id = message.properties.message_id;
	for (size_t i = 0; i < flight->n; i++)
		if (strlen(flight->messages[i].id) == id.len &&
		    memcmp(flight->messages[i].id, id.bytes, id.len) == 0)
			flight->returned[i] = true;
	amqp_destroy_message(&message);
	return OK;
}

static enum err
take_frame(struct flight *flight, const amqp_frame_t *frame)
{
	const amqp_method_t *method = &frame->payload.method;
	const amqp_basic_ack_t *ack = method->decoded;
	const amqp_basic_nack_t *nack = method->decoded;
	if (frame->channel != AMQP_CHANNEL_PUBLISH || frame->frame_type != AMQP_FRAME_METHOD)
		return session_fail(flight->broker, "publishing", "an unexpected frame");
	switch (method->id) {
	case AMQP_BASIC_ACK_METHOD:
		settle(flight, ack->delivery_tag, ack->multiple, PUBLISH_CONFIRMED);
		return OK;
	case AMQP_BASIC_NACK_METHOD:
		settle(flight, nack->delivery_tag, nack->multiple, PUBLISH_REFUSED);
		return OK;
	case AMQP_BASIC_RETURN_METHOD: return take_return(flight);
	default: break;
	}
	return session_fail(flight->broker, "publishing", amqp_method_name(method->id));
}

/* Takes what has come, waiting up to timeout_ms for the first of it. */
static enum err
look(struct flight *flight, uint32_t timeout_ms)
{
	amqp_frame_t frame;
	enum err err = session_frame(flight->broker, timeout_ms, &frame);
	while (err == OK) {
		err = take_frame(flight, &frame);
		if (err == OK)
			err = session_frame(flight->broker, 0, &frame);
	}
	return err == ERR_TIMEOUT ? OK : err;
}

static void
property(amqp_basic_properties_t *properties, amqp_flags_t flag, amqp_bytes_t *to, const char *text)
{
	if (!*text)
		return;
	properties->_flags |= flag;
	*to = session_bytes(text);
}

static enum err
publish(struct broker *broker, const struct message *message)
{
	amqp_basic_properties_t p = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG |
	                                       AMQP_BASIC_TIMESTAMP_FLAG,
	                             .delivery_mode = AMQP_DELIVERY_PERSISTENT,
	                             .timestamp = (uint64_t)message->timestamp_s};
	property(&p, AMQP_BASIC_MESSAGE_ID_FLAG, &p.message_id, message->id);
	property(&p, AMQP_BASIC_TYPE_FLAG, &p.type, message->type);
	property(&p, AMQP_BASIC_CORRELATION_ID_FLAG, &p.correlation_id, message->correlation_id);
	property(&p, AMQP_BASIC_CONTENT_TYPE_FLAG, &p.content_type, message->content_type);
	property(&p, AMQP_BASIC_APP_ID_FLAG, &p.app_id, message->app_id);
	amqp_bytes_t body = {.len = message->body_len, .bytes = (void *)(uintptr_t)message->body};
	session_enter(broker);
	int status = amqp_basic_publish(broker->conn, AMQP_CHANNEL_PUBLISH,
	                                session_bytes(message->exchange),
	                                session_bytes(message->routing_key), /* mandatory */ 1,
	                                /* immediate */ 0, &p, body);
	enum err err = session_leave(broker, "publishing", status);
	if (err == OK)
		broker->published++;
	return err;
}

/* While the broker wants no publishing: as long as that lasts, but not beyond the program's end. */
static enum err
wait_unblocked(struct flight *flight)
{
	enum err err = OK;
	while (err == OK && broker_is_blocked(flight->broker)) {
		err = session_wait(flight->broker, CALL_LIMIT_MS, true);
		if (err == OK || err == ERR_TIMEOUT)
			err = look(flight, 0);
	}
	return err == ERR_CLOSED ? ERR_TIMEOUT : err;
}

static enum err
publish_all(struct flight *flight)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < flight->n; i++) {
		if (i % LOOK_EVERY == 0)
			err = look(flight, 0);
		if (err == OK)
			err = wait_unblocked(flight);
		if (err == OK)
			err = publish(flight->broker, &flight->messages[i]);
	}
	return err;
}

/* Waits for what is outstanding. While the broker is blocked the time does not count. */
static enum err
await(struct flight *flight, uint32_t limit_ms, uint32_t end_limit_ms)
{
	enum err err = wait_unblocked(flight);
	bool ending = false;
	int64_t now = monotonic_ms(), end = now + limit_ms;
	while (err == OK && flight->waiting && now < end) {
		err = session_wait(flight->broker, (uint32_t)(end - now), !ending);
		now = monotonic_ms();
		if (err == ERR_CLOSED) {
			ending = true;
			end = end < now + end_limit_ms ? end : now + end_limit_ms;
			err = OK;
		}
		if (err == OK || err == ERR_TIMEOUT)
			err = look(flight, 0);
		if (err == OK && broker_is_blocked(flight->broker) && !ending)
			end = now + limit_ms;
	}
	return err == OK && flight->waiting ? ERR_TIMEOUT : err;
}

enum err
publisher_send(struct broker *broker, const struct message messages[], size_t n, uint32_t limit_ms,
               uint32_t end_limit_ms, enum publish_outcome ret_outcomes[])
{
	bool returned[PUBLISH_MAX] = {false};
	struct flight flight = {.broker = broker,
	                        .messages = messages,
	                        .outcomes = ret_outcomes,
	                        .returned = returned,
	                        .n = n,
	                        .waiting = n};
	for (size_t i = 0; i < n; i++)
		ret_outcomes[i] = PUBLISH_UNKNOWN;
	if (n > PUBLISH_MAX)
		return ERR_BUG_HERE();
	enum err err = channel_ready(broker);
	if (err != OK)
		return err;
	flight.first_tag = broker->published + 1;
	err = publish_all(&flight);
	return err == OK ? await(&flight, limit_ms, end_limit_ms) : err;
}
