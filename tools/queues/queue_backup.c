/* SPDX-License-Identifier: MIT */
#include "tools/queues/queue_backup.h"

#include "adapters/amqp/publisher.h"
#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "adapters/json/members.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "domain/context.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_POLL_MS  20
#define IDLE_LIMIT_MS 30000 /* for the consumers to end */
#define TAKE_LIMIT_MS 5000
#define SEND_LIMIT_MS 30000
#define IN_FLIGHT     64
#define LINE_MAX_SIZE (BASE64_SIZE(MESSAGE_BODY_MAX) + 4096)

static const char *const suffixes[] = {"", ".dead"};

/* All of a message but its body. exchange and routing_key: where it was published. */
struct message_head {
	char queue[64], id[64], type[64], correlation_id[32], content_type[64], app_id[32];
	char exchange[64], routing_key[64];
	uint64_t timestamp_s;
};

static const struct member head_members[] = {
	MEMBER(message_head, queue, TEXT, "queue"),
	MEMBER(message_head, id, TEXT_IF_ANY, "id"),
	MEMBER(message_head, type, TEXT_IF_ANY, "type"),
	MEMBER(message_head, correlation_id, TEXT_IF_ANY, "correlationId"),
	MEMBER(message_head, content_type, TEXT_IF_ANY, "contentType"),
	MEMBER(message_head, app_id, TEXT_IF_ANY, "appId"),
	MEMBER(message_head, exchange, TEXT_IF_ANY, "exchange"),
	MEMBER(message_head, routing_key, TEXT_IF_ANY, "routingKey"),
	MEMBER(message_head, timestamp_s, NUMBER, "timestamp"),
	MEMBER_END,
};

/* ---- saving ---- */

/* The properties of a dead letter may be anything; one that is not UTF-8 is left out. */
static void
property_copy(char *to, size_t size, const char *from)
{
	size_t chars;
	if (text_chars(from, strlen(from), &chars) != OK || text_copy(to, size, from) != OK)
		*to = '\0';
}

static struct message_head
head_of(const char *queue, const struct received_message *received)
{
	struct message_head head = {
		.timestamp_s = received->timestamp_s > 0 ? (uint64_t)received->timestamp_s : 0};
	property_copy(head.queue, sizeof(head.queue), queue);
	property_copy(head.id, sizeof(head.id), received->id);
	property_copy(head.type, sizeof(head.type), received->type);
	property_copy(head.correlation_id, sizeof(head.correlation_id), received->correlation_id);
	property_copy(head.content_type, sizeof(head.content_type), received->content_type);
	property_copy(head.app_id, sizeof(head.app_id), received->app_id);
	property_copy(head.exchange, sizeof(head.exchange), received->exchange);
	property_copy(head.routing_key, sizeof(head.routing_key), received->routing_key);
	return head;
}

static enum err
line_write(struct queue_backup *backup, const char *queue, const struct received_message *received)
{
	CLEANUP(buf_done) struct buf line = BUF_INIT(LINE_MAX_SIZE);
	CLEANUP(free_p) char *body = malloc(BASE64_SIZE(received->body->len));
	const struct message_head head = head_of(queue, received);
	if (!body)
		return ERR_MEMORY;
	base64_write(received->body->data, received->body->len, body);
	CLEANUP(json_p) struct json_object *json = json_new_object();
	members_write(head_members, &head, &json);
	json_put_text(&json, "body", body);
	if (!json)
		return ERR_MEMORY;
	enum err err = json_write(json, &line);
	if (err == OK)
		err = buf_add(&line, "\n", 1);
	if (err == OK && fwrite(line.data, 1, line.len, backup->file) != line.len)
		err = ERR_SYSTEM_HERE();
	backup->events += err == OK;
	return err;
}

/* Waits until the queue has no consumer. Then no message is unacknowledged either: the broker
 * requeues them when it removes the consumer. */
static enum err
idle_await(struct queue_backup *backup, const char *queue, struct queue_depth *ret_state)
{
	int64_t end = monotonic_ms() + IDLE_LIMIT_MS;
	for (;;) {
		enum err err = topology_depth(backup->broker, queue, ret_state);
		if (err != OK || !ret_state->exists || !ret_state->consumers)
			return err;
		if (monotonic_ms() >= end) {
			snprintf(backup->why, sizeof(backup->why),
			         "a consumer is still connected to the queue %s", queue);
			return ERR_TIMEOUT;
		}
		err = broker_rest(backup->broker, IDLE_POLL_MS);
		if (err != OK)
			return err;
	}
}

/* name: of the queue in the file. */
static enum err
waiting_save(struct queue_backup *backup, const char *name, const char *queue, uint32_t waiting)
{
	if (waiting > QUEUE_BACKUP_MAX) {
		snprintf(backup->why, sizeof(backup->why),
		         "%" PRIu32 " messages wait in the queue %s; at most %d can be saved",
		         waiting, queue, QUEUE_BACKUP_MAX);
		return ERR_TOO_MANY;
	}
	enum err err = waiting ? consumer_start(backup->broker, queue, QUEUE_BACKUP_MAX) : OK;
	for (uint32_t i = 0; err == OK && i < waiting; i++) {
		struct received_message received;
		err = consumer_take(backup->broker, TAKE_LIMIT_MS, &received);
		if (err == OK && received.whole)
			err = line_write(backup, name, &received);
		else if (err == OK) /* no event: it can only be a dead letter, not sent again */
			fprintf(stderr, "left out: a message of %s that is too long\n", queue);
	}
	return err;
}

/* Dropping the connection returns every message to its queue. */
static enum err
queue_save(struct queue_backup *backup, const char *name, const char *queue)
{
	struct queue_depth state;
	enum err err = broker_connect(backup->broker);
	if (err == OK)
		err = idle_await(backup, queue, &state);
	if (err == OK && state.exists)
		err = waiting_save(backup, name, queue, state.messages);
	broker_drop(backup->broker);
	return err;
}

/* A queue, and that of an earlier version which has the name of the file, if it is still there. */
static enum err
both_save(struct queue_backup *backup, const char *context, const char *suffix)
{
	char name[QUEUE_NAME_SIZE], queue[QUEUE_NAME_SIZE];
	snprintf(name, sizeof(name), "%s%s", context, suffix);
	topology_queue_name(context, suffix, queue);
	enum err err = queue_save(backup, name, queue);
	return err == OK ? queue_save(backup, name, name) : err;
}

/* The dead letters last: the broker takes a moment to move a message there after it was rejected.
 */
enum err
queue_backup_save(struct queue_backup *backup)
{
	enum err err = OK;
	for (size_t j = 0; j < ARRAY_SIZE(suffixes); j++)
		for (size_t i = 0; err == OK && i < QUEUES; i++)
			err = both_save(backup, contexts[i], suffixes[j]);
	if (err == OK && fflush(backup->file) != 0)
		err = ERR_SYSTEM_HERE();
	return err;
}

/* ---- loading ---- */

struct saved_message {
	struct message_head head;
	char queue[QUEUE_NAME_SIZE];
	unsigned char *body; /* MESSAGE_BODY_MAX bytes of room */
	size_t len;
};

/* Finds the queue that has this name in the file. */
static bool
queue_find(const char *name, char ret_queue[QUEUE_NAME_SIZE])
{
	char named[QUEUE_NAME_SIZE];
	for (size_t i = 0; i < QUEUES; i++)
		for (size_t j = 0; j < ARRAY_SIZE(suffixes); j++) {
			snprintf(named, sizeof(named), "%s%s", contexts[i], suffixes[j]);
			topology_queue_name(contexts[i], suffixes[j], ret_queue);
			if (strcmp(named, name) == 0)
				return true;
		}
	return false;
}

static enum err
message_read(const char *line, size_t len, struct saved_message *saved)
{
	CLEANUP(json_p) struct json_object *json = NULL;
	struct json_object *body;
	const char *why;
	enum err err = json_read(line, len, &json, &why);
	if (err == OK)
		err = members_read(head_members, json, &saved->head);
	if (err != OK)
		return err == ERR_MEMORY ? err : ERR_INVALID;
	if (!queue_find(saved->head.queue, saved->queue) ||
	    !json_object_object_get_ex(json, "body", &body) ||
	    !json_object_is_type(body, json_type_string))
		return ERR_INVALID;
	err = base64_read(json_object_get_string(body), saved->body, MESSAGE_BODY_MAX, &saved->len);
	return err == OK ? OK : ERR_INVALID;
}

/* A message that is not confirmed ends the load: it is repeated from the beginning. */
static enum err
messages_send(struct queue_backup *backup, const struct saved_message saved[], size_t n)
{
	struct message messages[IN_FLIGHT];
	enum publish_outcome outcomes[IN_FLIGHT];
	for (size_t i = 0; i < n; i++) {
		const struct message_head *head = &saved[i].head;
		messages[i] = (struct message){.exchange = "",
		                               .routing_key = saved[i].queue,
		                               .id = head->id,
		                               .type = head->type,
		                               .correlation_id = head->correlation_id,
		                               .content_type = head->content_type,
		                               .app_id = head->app_id,
		                               .timestamp_s = (int64_t)head->timestamp_s,
		                               .body = (const char *)saved[i].body,
		                               .body_len = saved[i].len};
	}
	enum err err =
		publisher_send(backup->broker, messages, n, SEND_LIMIT_MS, SEND_LIMIT_MS, outcomes);
	for (size_t i = 0; err == OK && i < n; i++)
		if (outcomes[i] != PUBLISH_CONFIRMED)
			err = ERR_UNAVAILABLE;
	backup->events += err == OK ? n : 0;
	return err;
}

/* What an operator puts into a queue is believed, so a worker would not see any more that another
 * context had published this event. A backup of an earlier version does not say who did. */
static bool
is_forged(const struct saved_message *saved)
{
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	return *saved->head.exchange && event &&
	       event_read((const char *)saved->body, saved->len, event) == OK &&
	       !event_came_by(event, saved->head.exchange, saved->head.routing_key);
}

/* Takes the contact out of an event of an erased booking. ret_left_out: nobody knows what is in it. */
static enum err
contact_erase(const struct erased_ids *erased, struct saved_message *saved, bool *ret_left_out)
{
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	uint64_t id = 0;
	*ret_left_out = false;
	if (!event)
		return ERR_MEMORY;
	if (event_read((const char *)saved->body, saved->len, event) != OK) {
		*ret_left_out = text_to_u64(saved->head.correlation_id, INT64_MAX, &id) == OK &&
		                erased_ids_have(erased, id);
		return OK;
	}
	if (event_kinds[event->type].aggregate != AGGREGATE_BOOK ||
	    !erased_ids_have(erased, event->correlation_id))
		return OK;
	event_erase(event);
	enum err err = event_write(event, &body);
	if (err != OK)
		return err;
	memcpy(saved->body, body.data, body.len);
	saved->len = body.len;
	return OK;
}

/* Whether it is one to load; left_out counts those that nobody can read. */
static enum err
message_check(struct queue_backup *backup, struct saved_message *saved, bool *ret_is)
{
	bool left_out;
	*ret_is = !is_forged(saved);
	if (!*ret_is) {
		fprintf(stderr, "left out: a forged event of %s\n", saved->head.queue);
		return OK;
	}
	enum err err = contact_erase(&backup->erased, saved, &left_out);
	backup->left_out += left_out;
	*ret_is = err == OK && !left_out;
	return err;
}

/* Reads up to IN_FLIGHT messages. ret_n less than that: the file has ended. */
static enum err
messages_read(struct queue_backup *backup, struct saved_message saved[], size_t *ret_n)
{
	CLEANUP(free_p) char *line = NULL;
	size_t size = 0;
	ssize_t len = 0;
	enum err err = OK;
	for (*ret_n = 0; err == OK && *ret_n < IN_FLIGHT;) {
		len = getline(&line, &size, backup->file);
		if (len < 0)
			return ferror(backup->file) ? ERR_SYSTEM_HERE() : OK;
		bool is = false;
		err = message_read(line, (size_t)len, &saved[*ret_n]);
		if (err == OK)
			err = message_check(backup, &saved[*ret_n], &is);
		*ret_n += is;
	}
	return err;
}

enum err
queue_backup_load(struct queue_backup *backup)
{
	CLEANUP(free_p) unsigned char *bodies = malloc((size_t)IN_FLIGHT * MESSAGE_BODY_MAX);
	struct saved_message saved[IN_FLIGHT];
	if (!bodies)
		return ERR_MEMORY;
	for (size_t i = 0; i < IN_FLIGHT; i++)
		saved[i] = (struct saved_message){.body = &bodies[i * MESSAGE_BODY_MAX]};
	size_t n = IN_FLIGHT;
	enum err err = broker_connect(backup->broker);
	while (err == OK && n == IN_FLIGHT) {
		err = messages_read(backup, saved, &n);
		if (err == OK && n)
			err = messages_send(backup, saved, n);
	}
	broker_drop(backup->broker);
	if (backup->left_out)
		fprintf(stderr,
		        "left out: %" PRIu64 " messages of erased bookings that cannot be read\n",
		        backup->left_out);
	return err;
}
