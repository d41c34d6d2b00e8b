/* consumer - what a queue, or the stream of history, delivers. */
#include "adapters/amqp/consumer.h"

#include "adapters/amqp/session.h"

#include <stdio.h>

static enum err
start(struct broker *broker, const char *queue, uint16_t prefetch, amqp_table_t arguments)
{
	enum err err = session_channel(broker, CHANNEL_CONSUME);
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_basic_qos(broker->conn, CHANNEL_CONSUME, 0, prefetch, /* global */ 0);
	err = session_leave_rpc(broker, "setting the prefetch", amqp_get_rpc_reply(broker->conn));
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_basic_consume(broker->conn, CHANNEL_CONSUME, session_bytes(queue), amqp_empty_bytes,
	                   /* no local */ 0, /* no ack */ 0, /* exclusive */ 0, arguments);
	return session_leave_rpc(broker, "consuming", amqp_get_rpc_reply(broker->conn));
}

enum err
consumer_start(struct broker *broker, const char *queue, uint16_t prefetch)
{
	return start(broker, queue, prefetch, amqp_empty_table);
}

enum err
consumer_start_first(struct broker *broker, const char *stream, uint16_t prefetch)
{
	amqp_table_entry_t entry;
	return start(broker, stream, prefetch, session_table(&entry, "x-stream-offset", "first"));
}

static void
text_of(amqp_bytes_t bytes, char *to, size_t size)
{
	snprintf(to, size, "%.*s", (int)bytes.len, (const char *)bytes.bytes);
}

/* Copies the message that follows. A body that is too long is left out. */
static enum err
message_take(struct broker *broker, struct arrival *ret_arrival)
{
	amqp_message_t message;
	enum err err = session_message(broker, CHANNEL_CONSUME, &message);
	if (err != OK)
		return err;
	ret_arrival->id[0] = '\0';
	if (message.properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG)
		text_of(message.properties.message_id, ret_arrival->id, sizeof(ret_arrival->id));
	buf_reset(&broker->body);
	err = buf_add(&broker->body, message.body.bytes, message.body.len);
	amqp_destroy_message(&message);
	ret_arrival->body = &broker->body;
	return err == ERR_TOO_LARGE ? OK : err;
}

enum err
consumer_take(struct broker *broker, uint32_t timeout_ms, struct arrival *ret_arrival)
{
	amqp_frame_t frame;
	enum err err = session_frame(broker, 0, &frame);
	if (err == ERR_TIMEOUT && timeout_ms > 0) {
		err = session_wait(broker, timeout_ms, true);
		if (err == OK || err == ERR_TIMEOUT)
			err = session_frame(broker, 0, &frame);
	}
	if (err != OK)
		return err;
	if (frame.channel != CHANNEL_CONSUME || frame.frame_type != AMQP_FRAME_METHOD ||
	    frame.payload.method.id != AMQP_BASIC_DELIVER_METHOD)
		return session_fail(broker, "consuming", "an unexpected frame");
	const amqp_basic_deliver_t *deliver = frame.payload.method.decoded;
	ret_arrival->tag = deliver->delivery_tag;
	text_of(deliver->exchange, ret_arrival->exchange, sizeof(ret_arrival->exchange));
	return message_take(broker, ret_arrival);
}

enum err
consumer_ack(struct broker *broker, uint64_t tag, bool multiple)
{
	session_enter(broker);
	int status = amqp_basic_ack(broker->conn, CHANNEL_CONSUME, tag, multiple);
	return session_leave(broker, "acknowledging", status);
}

enum err
consumer_reject(struct broker *broker, uint64_t tag)
{
	session_enter(broker);
	int status = amqp_basic_nack(broker->conn, CHANNEL_CONSUME, tag, /* multiple */ 0,
	                             /* requeue */ 0);
	return session_leave(broker, "rejecting", status);
}
