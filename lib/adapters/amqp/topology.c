/* SPDX-License-Identifier: MIT */
/* topology - the exchanges, queues and bindings a context needs. */
#include "adapters/amqp/topology.h"

#include "adapters/amqp/publisher.h"
#include "adapters/amqp/session.h"
#include "base/day.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define HISTORY       "history" /* the stream, and the exchange for end markers in it */
#define NAME_SIZE     64
#define SEND_LIMIT_MS 5000

static const struct {
	const char *queue, *exchange, *routing_key;
} bindings[] = {
	{"room", "book", "book.*"},
	{"book", "room", "room.*"},
	{"pay", "book", "book.canceled"},
	{"pay", "book", "book.expired"},
	{"pay", "book", "book.rejected"},
	{"mypage", "room", "#"},
	{"mypage", "book", "#"},
	{"mypage", "pay", "#"},
	{"alarm", "room", "#"},
	{"alarm", "book", "#"},
	{"alarm", "pay", "#"},
};

static enum err
exchange_declare(struct broker *broker, const char *name, const char *type)
{
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_exchange_declare(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(name),
	                      session_bytes(type), /* passive */ 0, /* durable */ 1,
	                      /* auto delete */ 0, /* internal */ 0, amqp_empty_table);
	return session_leave_rpc(broker, "declaring an exchange", amqp_get_rpc_reply(broker->conn));
}

enum err
topology_exchange(struct broker *broker, const char *context)
{
	return exchange_declare(broker, context, "topic");
}

/* To ask for a queue that is not there costs the channel. */
enum err
topology_depth(struct broker *broker, const char *queue, struct queue_depth *ret_depth)
{
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	if (err != OK)
		return err;
	session_enter(broker);
	const amqp_queue_declare_ok_t *found =
		amqp_queue_declare(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(queue),
	                           /* passive */ 1, 0, 0, 0, amqp_empty_table);
	amqp_rpc_reply_t reply = amqp_get_rpc_reply(broker->conn);
	const amqp_channel_close_t *close = reply.reply.decoded;
	bool missing = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
	               reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD &&
	               close->reply_code == AMQP_NOT_FOUND;
	*ret_depth = (struct queue_depth){.exists = !missing,
	                                  .messages = found ? found->message_count : 0,
	                                  .consumers = found ? found->consumer_count : 0};
	if (!missing)
		return session_leave_rpc(broker, "looking for a queue", reply);
	amqp_channel_close_ok_t goodbye = {.dummy = 0};
	broker->is_open[AMQP_CHANNEL_PROBE] = false;
	return session_leave(broker, "looking for a queue",
	                     amqp_send_method(broker->conn, AMQP_CHANNEL_PROBE,
	                                      AMQP_CHANNEL_CLOSE_OK_METHOD, &goodbye));
}

enum err
topology_history(struct broker *broker)
{
	struct queue_depth depth;
	enum err err = topology_depth(broker, HISTORY, &depth);
	if (err == OK && !depth.exists)
		err = session_fail(broker, "looking for history", "it is not there, or not yet");
	return err;
}

/* type: "quorum" or "classic". */
static enum err
queue_declare(struct broker *broker, const char *name, const char *type)
{
	amqp_table_entry_t entry;
	session_enter(broker);
	amqp_queue_declare(broker->conn, AMQP_CHANNEL_CONSUME, session_bytes(name), /* passive */ 0,
	                   /* durable */ 1, /* exclusive */ 0, /* auto delete */ 0,
	                   session_table(&entry, "x-queue-type", type));
	return session_leave_rpc(broker, "declaring a queue", amqp_get_rpc_reply(broker->conn));
}

static enum err
bind_one(struct broker *broker, enum amqp_channel channel, const char *queue, const char *exchange,
         const char *routing_key)
{
	session_enter(broker);
	amqp_queue_bind(broker->conn, (amqp_channel_t)channel, session_bytes(queue),
	                session_bytes(exchange), session_bytes(routing_key), amqp_empty_table);
	return session_leave_rpc(broker, "binding a queue", amqp_get_rpc_reply(broker->conn));
}

static enum err
queue_bind(struct broker *broker, enum amqp_channel channel, const char *queue)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(bindings); i++)
		if (strcmp(bindings[i].queue, queue) == 0)
			err = bind_one(broker, channel, queue, bindings[i].exchange,
			               bindings[i].routing_key);
	return err;
}

/* Whether a context publishes: then others are bound to its exchange. */
static bool
has_exchange(const char *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(bindings); i++)
		if (strcmp(bindings[i].exchange, context) == 0)
			return true;
	return false;
}

/* Without history the relay says so; to bind what does not exist would cost the channel. */
enum err
topology_bind_again(struct broker *broker, const char *context)
{
	struct queue_depth history = {.exists = false};
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	if (err == OK)
		err = queue_bind(broker, AMQP_CHANNEL_PROBE, context);
	if (err == OK && has_exchange(context))
		err = topology_depth(broker, HISTORY, &history);
	if (err == OK && history.exists)
		err = bind_one(broker, AMQP_CHANNEL_PROBE, HISTORY, context, "#");
	return err;
}

enum err
topology_queue(struct broker *broker, const char *context, bool *ret_refill)
{
	struct queue_depth depth, refill;
	char refill_queue[NAME_SIZE], dead[NAME_SIZE];
	snprintf(refill_queue, sizeof(refill_queue), "%s.refill", context);
	snprintf(dead, sizeof(dead), "%s.dead", context);
	enum err err = session_channel(broker, AMQP_CHANNEL_CONSUME);
	if (err == OK)
		err = topology_depth(broker, context, &depth);
	if (err == OK)
		err = topology_depth(broker, refill_queue, &refill);
	/* The refill queue first: a crash in between must not leave a queue that counts as filled.
	 */
	if (err == OK && !depth.exists)
		err = queue_declare(broker, refill_queue, "classic");
	if (err == OK)
		err = queue_declare(broker, dead, "quorum");
	if (err == OK)
		err = queue_declare(broker, context, "quorum");
	if (err == OK)
		err = queue_bind(broker, AMQP_CHANNEL_CONSUME, context);
	if (err == OK)
		*ret_refill = refill.exists || !depth.exists;
	return err;
}

enum err
topology_dead_exchange(struct broker *broker, const char *context)
{
	char dead[NAME_SIZE];
	snprintf(dead, sizeof(dead), "%s.dead", context);
	enum err err = exchange_declare(broker, dead, "fanout");
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_queue_bind(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(dead), session_bytes(dead),
	                session_bytes(""), amqp_empty_table);
	return session_leave_rpc(broker, "binding a queue", amqp_get_rpc_reply(broker->conn));
}

enum err
topology_end_refill(struct broker *broker, const char *context)
{
	char refill_queue[NAME_SIZE];
	snprintf(refill_queue, sizeof(refill_queue), "%s.refill", context);
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_queue_delete(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(refill_queue),
	                  /* if unused */ 0,
	                  /* if empty */ 0);
	return session_leave_rpc(broker, "deleting a queue", amqp_get_rpc_reply(broker->conn));
}

enum err
history_start(struct broker *broker, uint16_t prefetch, struct history *ret_history)
{
	enum publish_outcome outcome;
	struct history history = {.broker = broker};
	enum err err = uuid_v7(history.end_marker);
	if (err != OK)
		return err;
	struct message end_marker = {.exchange = HISTORY,
	                             .routing_key = "mark",
	                             .id = history.end_marker,
	                             .type = "mark",
	                             .correlation_id = "",
	                             .content_type = "",
	                             .app_id = "",
	                             .timestamp_s = instant_now() / 1000,
	                             .body = ""};
	err = publisher_send(broker, &end_marker, 1, SEND_LIMIT_MS, SEND_LIMIT_MS, &outcome);
	if (err == OK && outcome == PUBLISH_RETURNED)
		return ERR_NOT_FOUND;
	if (err == OK && outcome != PUBLISH_CONFIRMED)
		err = session_fail(broker, "reading history", "it does not take a message");
	if (err == OK)
		err = consumer_start_first(broker, HISTORY, prefetch);
	if (err == OK)
		*ret_history = history;
	return err;
}

enum err
history_take(struct history *history, uint32_t timeout_ms, struct received_message *ret_message)
{
	struct broker *broker = history->broker;
	for (;;) {
		enum err err = consumer_take(broker, timeout_ms, ret_message);
		if (err != OK || strcmp(ret_message->exchange, HISTORY) != 0)
			return err;
		if (strcmp(ret_message->id, history->end_marker) == 0)
			return ERR_NOT_FOUND;
		err = consumer_ack(broker, ret_message->tag, false); /* another's end marker */
		if (err != OK)
			return err;
	}
}
