/* SPDX-License-Identifier: MIT */
/* topology - the exchanges, queues and bindings a context needs. */
#include "adapters/amqp/topology.h"

#include "adapters/amqp/publisher.h"
#include "adapters/amqp/session.h"
#include "base/day.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define HISTORY       "history" /* the stream; in earlier versions also an exchange for end markers */
#define MARKS         "marks"   /* the exchange for end markers in it */
#define SEND_LIMIT_MS 5000

/* In earlier versions mypage and alarm were bound by "#". */
static const struct {
	const char *context, *exchange, *routing_key, *earlier;
} bindings[] = {
	{"room", "book", "book.*", "book.*"},
	{"book", "room", "room.*", "room.*"},
	{"pay", "book", "book.canceled", "book.canceled"},
	{"pay", "book", "book.claimed", "book.claimed"},
	{"pay", "book", "book.erased", "book.erased"},
	{"pay", "book", "book.expired", "book.expired"},
	{"pay", "book", "book.rejected", "book.rejected"},
	{"mypage", "room", "room.*", "#"},
	{"mypage", "book", "book.*", "#"},
	{"mypage", "pay", "pay.*", "#"},
	{"alarm", "room", "room.*", "#"},
	{"alarm", "book", "book.*", "#"},
	{"alarm", "pay", "pay.*", "#"},
};

void
topology_queue_name(const char *context, const char *suffix, char ret_name[QUEUE_NAME_SIZE])
{
	snprintf(ret_name, QUEUE_NAME_SIZE, "q.%s%s", context, suffix);
}

static enum err
exchange_declare(struct broker *broker, const char *name, const char *type, bool passive)
{
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_exchange_declare(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(name),
	                      session_bytes(type), passive, /* durable */ 1, /* auto delete */ 0,
	                      /* internal */ 0, amqp_empty_table);
	return session_leave_rpc(broker, "declaring an exchange", amqp_get_rpc_reply(broker->conn));
}

enum err
topology_exchange(struct broker *broker, const char *context)
{
	return exchange_declare(broker, context, "topic", true);
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
queue_bind(struct broker *broker, enum amqp_channel channel, const char *context)
{
	char queue[QUEUE_NAME_SIZE];
	enum err err = OK;
	topology_queue_name(context, "", queue);
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(bindings); i++)
		if (strcmp(bindings[i].context, context) == 0)
			err = bind_one(broker, channel, queue, bindings[i].exchange,
			               bindings[i].routing_key);
	return err;
}

enum err
topology_bind_again(struct broker *broker, const char *context)
{
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	return err == OK ? queue_bind(broker, AMQP_CHANNEL_PROBE, context) : err;
}

/* A binding that is not there may be removed as well. */
enum err
topology_unbind_earlier(struct broker *broker, const char *context)
{
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(bindings); i++) {
		if (strcmp(bindings[i].context, context) != 0)
			continue;
		session_enter(broker);
		amqp_queue_unbind(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(context),
		                  session_bytes(bindings[i].exchange),
		                  session_bytes(bindings[i].earlier), amqp_empty_table);
		err = session_leave_rpc(broker, "unbinding a queue",
		                        amqp_get_rpc_reply(broker->conn));
	}
	return err;
}

enum err
topology_queue(struct broker *broker, const char *context, bool *ret_refill)
{
	struct queue_depth depth, refills, earlier_refills;
	char queue[QUEUE_NAME_SIZE], dead[QUEUE_NAME_SIZE], refill[QUEUE_NAME_SIZE];
	char earlier_refill[QUEUE_NAME_SIZE];
	topology_queue_name(context, "", queue);
	topology_queue_name(context, ".dead", dead);
	topology_queue_name(context, ".refill", refill);
	snprintf(earlier_refill, sizeof(earlier_refill), "%s.refill", context);
	enum err err = session_channel(broker, AMQP_CHANNEL_CONSUME);
	if (err == OK)
		err = topology_depth(broker, queue, &depth);
	if (err == OK)
		err = topology_depth(broker, refill, &refills);
	if (err == OK)
		err = topology_depth(broker, earlier_refill, &earlier_refills);
	/* The refill queue first: a crash in between must not leave a queue that counts as filled.
	 */
	if (err == OK && !depth.exists)
		err = queue_declare(broker, refill, "classic");
	if (err == OK)
		err = queue_declare(broker, dead, "quorum");
	if (err == OK)
		err = queue_declare(broker, queue, "quorum");
	if (err == OK)
		err = queue_bind(broker, AMQP_CHANNEL_CONSUME, context);
	if (err == OK)
		*ret_refill = refills.exists || earlier_refills.exists || !depth.exists;
	return err;
}

enum err
topology_dead_exchange(struct broker *broker, const char *context)
{
	char dead[QUEUE_NAME_SIZE];
	topology_queue_name(context, ".dead", dead);
	enum err err = exchange_declare(broker, dead, "fanout", false);
	if (err != OK)
		return err;
	session_enter(broker);
	amqp_queue_bind(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(dead), session_bytes(dead),
	                session_bytes(""), amqp_empty_table);
	return session_leave_rpc(broker, "binding a queue", amqp_get_rpc_reply(broker->conn));
}

static enum err
queue_delete(struct broker *broker, const char *name)
{
	session_enter(broker);
	amqp_queue_delete(broker->conn, AMQP_CHANNEL_PROBE, session_bytes(name), /* if unused */ 0,
	                  /* if empty */ 0);
	return session_leave_rpc(broker, "deleting a queue", amqp_get_rpc_reply(broker->conn));
}

enum err
topology_end_refill(struct broker *broker, const char *context)
{
	char refill[QUEUE_NAME_SIZE];
	enum err err = session_channel(broker, AMQP_CHANNEL_PROBE);
	topology_queue_name(context, ".refill", refill);
	if (err == OK)
		err = queue_delete(broker, refill);
	snprintf(refill, sizeof(refill), "%s.refill", context); /* of an earlier version */
	return err == OK ? queue_delete(broker, refill) : err;
}

enum err
history_start(struct broker *broker, uint16_t prefetch, struct history *ret_history)
{
	enum publish_outcome outcome;
	struct history history = {.broker = broker};
	enum err err = uuid_v7(history.end_marker);
	if (err != OK)
		return err;
	struct message end_marker = {.exchange = MARKS,
	                             .routing_key = broker->options.user,
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

/* An end marker: there are those of others, and of earlier versions. */
static bool
is_mark(const struct received_message *message)
{
	return strcmp(message->exchange, MARKS) == 0 || strcmp(message->exchange, HISTORY) == 0;
}

enum err
history_take(struct history *history, uint32_t timeout_ms, struct received_message *ret_message)
{
	struct broker *broker = history->broker;
	for (;;) {
		enum err err = consumer_take(broker, timeout_ms, ret_message);
		if (err != OK || !is_mark(ret_message))
			return err;
		if (strcmp(ret_message->id, history->end_marker) == 0)
			return ERR_NOT_FOUND;
		err = consumer_ack(broker, ret_message->tag, false); /* another's end marker */
		if (err != OK)
			return err;
	}
}
