/* SPDX-License-Identifier: MIT */
/* consumer - what a queue, or the stream of history, delivers. */
#include "adapters/amqp/consumer.h"

#include "adapters/amqp/session.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

static enum err
start(struct broker *broker, const char *queue, uint16_t prefetch, amqp_table_t arguments)
{
	enum err err = session_channel(broker, AMQP_CHANNEL_CONSUME);
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_basic_qos(broker->conn, AMQP_CHANNEL_CONSUME, 0, prefetch, /* global */ 0);
	err = session_leave_rpc(broker, "setting the prefetch", amqp_get_rpc_reply(broker->conn));
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_basic_consume(broker->conn, AMQP_CHANNEL_CONSUME, session_bytes(queue),
	                   amqp_empty_bytes,
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

/* RabbitMQ says in a header why it made a message a dead letter. */
static void
reason_of(const amqp_table_t *headers, char *to, size_t size)
{
	static const char name[] = "x-first-death-reason";
	for (int i = 0; i < headers->num_entries; i++) {
		const amqp_table_entry_t *entry = &headers->entries[i];
		if (entry->key.len == sizeof(name) - 1 &&
		    memcmp(entry->key.bytes, name, sizeof(name) - 1) == 0 &&
		    entry->value.kind == AMQP_FIELD_KIND_UTF8)
			text_of(entry->value.value.bytes, to, size);
	}
}

static void
properties_take(const amqp_basic_properties_t *properties, struct received_message *received)
{
	const amqp_flags_t flags = properties->_flags;
	if (flags & AMQP_BASIC_MESSAGE_ID_FLAG)
		text_of(properties->message_id, received->id, sizeof(received->id));
	if (flags & AMQP_BASIC_TYPE_FLAG)
		text_of(properties->type, received->type, sizeof(received->type));
	if (flags & AMQP_BASIC_CORRELATION_ID_FLAG)
		text_of(properties->correlation_id, received->correlation_id,
		        sizeof(received->correlation_id));
	if (flags & AMQP_BASIC_CONTENT_TYPE_FLAG)
		text_of(properties->content_type, received->content_type,
		        sizeof(received->content_type));
	if (flags & AMQP_BASIC_APP_ID_FLAG)
		text_of(properties->app_id, received->app_id, sizeof(received->app_id));
	if (flags & AMQP_BASIC_TIMESTAMP_FLAG)
		received->timestamp_s = (int64_t)properties->timestamp;
	if (flags & AMQP_BASIC_HEADERS_FLAG)
		reason_of(&properties->headers, received->reason, sizeof(received->reason));
}

/* Copies the message that follows. A body that is too long is left out. */
static enum err
message_take(struct broker *broker, struct received_message *ret_message)
{
	amqp_message_t message;
	enum err err = session_message(broker, AMQP_CHANNEL_CONSUME, &message);
	if (err != OK)
		return err;
	properties_take(&message.properties, ret_message);
	buf_reset(&broker->body);
	err = buf_add(&broker->body, message.body.bytes, message.body.len);
	amqp_destroy_message(&message);
	ret_message->whole = err == OK;
	ret_message->body = &broker->body;
	return err == ERR_TOO_LARGE ? OK : err;
}

/*
 * The next frame. session_wait() ends early when a heartbeat is due, and after it there may be only
 * a heartbeat or part of a frame to read: neither is the end of the wait.
 */
static enum err
frame_await(struct broker *broker, uint32_t timeout_ms, amqp_frame_t *ret_frame)
{
	const int64_t until_ms = monotonic_ms() + timeout_ms;
	for (;;) {
		enum err err = session_frame(broker, 0, ret_frame);
		int64_t left_ms = until_ms - monotonic_ms();
		if (err != ERR_TIMEOUT || left_ms <= 0)
			return err;
		err = session_wait(broker, (uint32_t)left_ms, true);
		if (err != OK && err != ERR_TIMEOUT)
			return err;
	}
}

enum err
consumer_take(struct broker *broker, uint32_t timeout_ms, struct received_message *ret_message)
{
	amqp_frame_t frame;
	enum err err = frame_await(broker, timeout_ms, &frame);
	if (err != OK)
		return err;
	if (frame.channel != AMQP_CHANNEL_CONSUME || frame.frame_type != AMQP_FRAME_METHOD ||
	    frame.payload.method.id != AMQP_BASIC_DELIVER_METHOD)
		return session_fail(broker, "consuming", "an unexpected frame");
	const amqp_basic_deliver_t *deliver = frame.payload.method.decoded;
	*ret_message = (struct received_message){.tag = deliver->delivery_tag};
	text_of(deliver->exchange, ret_message->exchange, sizeof(ret_message->exchange));
	text_of(deliver->routing_key, ret_message->routing_key, sizeof(ret_message->routing_key));
	return message_take(broker, ret_message);
}

enum err
consumer_ack(struct broker *broker, uint64_t tag, bool multiple)
{
	session_enter(broker);
	int status = amqp_basic_ack(broker->conn, AMQP_CHANNEL_CONSUME, tag, multiple);
	return session_leave(broker, "acknowledging", status);
}

enum err
consumer_reject(struct broker *broker, uint64_t tag)
{
	session_enter(broker);
	int status = amqp_basic_nack(broker->conn, AMQP_CHANNEL_CONSUME, tag, /* multiple */ 0,
	                             /* requeue */ 0);
	return session_leave(broker, "rejecting", status);
}
