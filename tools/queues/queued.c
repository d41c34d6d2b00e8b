/* queued - the events that wait in the queues, saved and loaded. */
#include "tools/queues/queued.h"

#include "adapters/amqp/publisher.h"
#include "adapters/amqp/topology.h"
#include "adapters/json/members.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS       20
#define IDLE_LIMIT_MS 30000 /* for those who consume to end it */
#define TAKE_LIMIT_MS 5000
#define SEND_LIMIT_MS 30000
#define IN_FLIGHT     64
#define LINE_MAX_SIZE (BASE64_SIZE(DELIVERY_MAX) + 4096)

static const char *const contexts[] = {"room", "book", "pay", "mypage", "alarm"};
static const char *const suffixes[] = {"", ".dead"};

/* All of a message but its body. */
struct label {
	char queue[64], id[64], type[64], correlation_id[32], content_type[64], app_id[32];
	uint64_t timestamp_s;
};

static const struct member label_members[] = {
	MEMBER(label, queue, TEXT, "queue"),
	MEMBER(label, id, TEXT_IF_ANY, "id"),
	MEMBER(label, type, TEXT_IF_ANY, "type"),
	MEMBER(label, correlation_id, TEXT_IF_ANY, "correlationId"),
	MEMBER(label, content_type, TEXT_IF_ANY, "contentType"),
	MEMBER(label, app_id, TEXT_IF_ANY, "appId"),
	MEMBER(label, timestamp_s, NUMBER, "timestamp"),
	MEMBER_END,
};

/* ---- saving ---- */

/* A dead letter may say anything of itself; what is no text is left out. */
static void
property_copy(char *to, size_t size, const char *from)
{
	size_t chars;
	if (text_chars(from, strlen(from), &chars) != OK || text_copy(to, size, from) != OK)
		*to = '\0';
}

static struct label
label_of(const char *queue, const struct arrival *arrival)
{
	struct label label = {
		.timestamp_s = arrival->timestamp_s > 0 ? (uint64_t)arrival->timestamp_s : 0};
	property_copy(label.queue, sizeof(label.queue), queue);
	property_copy(label.id, sizeof(label.id), arrival->id);
	property_copy(label.type, sizeof(label.type), arrival->type);
	property_copy(label.correlation_id, sizeof(label.correlation_id), arrival->correlation_id);
	property_copy(label.content_type, sizeof(label.content_type), arrival->content_type);
	property_copy(label.app_id, sizeof(label.app_id), arrival->app_id);
	return label;
}

static enum err
line_write(struct queued *queued, const char *queue, const struct arrival *arrival)
{
	CLEANUP(buf_done) struct buf line = BUF_INIT(LINE_MAX_SIZE);
	CLEANUP(free_p) char *body = malloc(BASE64_SIZE(arrival->body->len));
	const struct label label = label_of(queue, arrival);
	if (!body)
		return ERR_MEMORY;
	base64_write(arrival->body->data, arrival->body->len, body);
	CLEANUP(json_p) struct json_object *json = json_new_object();
	members_write(label_members, &label, &json);
	json_put_text(&json, "body", body);
	if (!json)
		return ERR_MEMORY;
	enum err err = json_write(json, &line);
	if (err == OK)
		err = buf_add(&line, "\n", 1);
	if (err == OK && fwrite(line.data, 1, line.len, queued->file) != line.len)
		err = ERR_SYSTEM_HERE();
	queued->events += err == OK;
	return err;
}

/* A consumer that is gone from the queue has given back all that it had not acknowledged: the
 * broker does both at once. */
static enum err
idle_await(struct queued *queued, const char *queue, struct queue_depth *ret_state)
{
	int64_t end = monotonic_ms() + IDLE_LIMIT_MS;
	for (;;) {
		enum err err = topology_depth(queued->broker, queue, ret_state);
		if (err != OK || !ret_state->exists || !ret_state->consumers)
			return err;
		if (monotonic_ms() >= end) {
			snprintf(queued->why, sizeof(queued->why), "somebody consumes the queue %s",
			         queue);
			return ERR_TIMEOUT;
		}
		err = broker_rest(queued->broker, LOOK_MS);
		if (err != OK)
			return err;
	}
}

/* Too long to be an event or to be sent again: a dead letter that nothing can be made of. */
static enum err
arrival_save(struct queued *queued, const char *queue)
{
	struct arrival arrival;
	enum err err = consumer_take(queued->broker, TAKE_LIMIT_MS, &arrival);
	if (err == OK && arrival.whole)
		return line_write(queued, queue, &arrival);
	if (err == OK)
		fprintf(stderr, "%s: a message that is too long is left out\n", queue);
	return err;
}

static enum err
waiting_save(struct queued *queued, const char *queue, uint32_t waiting)
{
	if (waiting > QUEUED_MAX) {
		snprintf(queued->why, sizeof(queued->why),
		         "%" PRIu32 " events wait in the queue %s, and %d can be saved", waiting,
		         queue, QUEUED_MAX);
		return ERR_TOO_MANY;
	}
	enum err err = waiting ? consumer_start(queued->broker, queue, QUEUED_MAX) : OK;
	for (uint32_t i = 0; err == OK && i < waiting; i++)
		err = arrival_save(queued, queue);
	return err;
}

/* With the connection everything goes back to its queue. */
static enum err
queue_save(struct queued *queued, const char *queue)
{
	struct queue_depth state;
	enum err err = broker_connect(queued->broker);
	if (err == OK)
		err = idle_await(queued, queue, &state);
	if (err == OK && state.exists)
		err = waiting_save(queued, queue, state.messages);
	broker_drop(queued->broker);
	return err;
}

/* The dead letters last: the broker takes a moment to bring one there that was rejected just now.
 */
enum err
queued_save(struct queued *queued)
{
	char queue[64];
	enum err err = OK;
	for (size_t j = 0; j < ARRAY_SIZE(suffixes); j++)
		for (size_t i = 0; err == OK && i < ARRAY_SIZE(contexts); i++) {
			snprintf(queue, sizeof(queue), "%s%s", contexts[i], suffixes[j]);
			err = queue_save(queued, queue);
		}
	if (err == OK && fflush(queued->file) != 0)
		err = ERR_SYSTEM_HERE();
	return err;
}

/* ---- loading ---- */

struct parcel {
	struct label label;
	unsigned char *body; /* DELIVERY_MAX bytes of room */
	size_t len;
};

static bool
is_queue(const char *name)
{
	char queue[64];
	for (size_t i = 0; i < ARRAY_SIZE(contexts); i++)
		for (size_t j = 0; j < ARRAY_SIZE(suffixes); j++) {
			snprintf(queue, sizeof(queue), "%s%s", contexts[i], suffixes[j]);
			if (!strcmp(queue, name))
				return true;
		}
	return false;
}

static enum err
parcel_read(const char *line, size_t len, struct parcel *parcel)
{
	CLEANUP(json_p) struct json_object *json = NULL;
	struct json_object *body;
	const char *why;
	enum err err = json_read(line, len, &json, &why);
	if (err == OK)
		err = members_read(label_members, json, &parcel->label);
	if (err != OK)
		return err == ERR_MEMORY ? err : ERR_INVALID;
	if (!is_queue(parcel->label.queue) || !json_object_object_get_ex(json, "body", &body) ||
	    !json_object_is_type(body, json_type_string))
		return ERR_INVALID;
	err = base64_read(json_object_get_string(body), parcel->body, DELIVERY_MAX, &parcel->len);
	return err == OK ? OK : ERR_INVALID;
}

/* Whatever is not confirmed ends it: the queues are filled again from the beginning then. */
static enum err
parcels_send(struct queued *queued, const struct parcel parcels[], size_t n)
{
	struct message messages[IN_FLIGHT];
	enum publish_outcome outcomes[IN_FLIGHT];
	for (size_t i = 0; i < n; i++) {
		const struct label *label = &parcels[i].label;
		messages[i] = (struct message){.exchange = "",
		                               .routing_key = label->queue,
		                               .id = label->id,
		                               .type = label->type,
		                               .correlation_id = label->correlation_id,
		                               .content_type = label->content_type,
		                               .app_id = label->app_id,
		                               .timestamp_s = (int64_t)label->timestamp_s,
		                               .body = (const char *)parcels[i].body,
		                               .body_len = parcels[i].len};
	}
	enum err err =
		publisher_send(queued->broker, messages, n, SEND_LIMIT_MS, SEND_LIMIT_MS, outcomes);
	for (size_t i = 0; err == OK && i < n; i++)
		if (outcomes[i] != PUBLISH_CONFIRMED)
			err = ERR_UNAVAILABLE;
	queued->events += err == OK ? n : 0;
	return err;
}

/* Up to IN_FLIGHT lines. ret_n: fewer than that: the file has ended. */
static enum err
parcels_read(struct queued *queued, struct parcel parcels[], size_t *ret_n)
{
	CLEANUP(free_p) char *line = NULL;
	size_t size = 0;
	ssize_t len = 0;
	enum err err = OK;
	for (*ret_n = 0; err == OK && *ret_n < IN_FLIGHT; ++*ret_n) {
		len = getline(&line, &size, queued->file);
		if (len < 0)
			return ferror(queued->file) ? ERR_SYSTEM_HERE() : OK;
		err = parcel_read(line, (size_t)len, &parcels[*ret_n]);
	}
	return err;
}

static enum err
all_load(struct queued *queued, struct parcel parcels[])
{
	size_t n = IN_FLIGHT;
	enum err err = broker_connect(queued->broker);
	while (err == OK && n == IN_FLIGHT) {
		err = parcels_read(queued, parcels, &n);
		if (err == OK && n)
			err = parcels_send(queued, parcels, n);
	}
	broker_drop(queued->broker);
	return err;
}

enum err
queued_load(struct queued *queued)
{
	CLEANUP(free_p) unsigned char *bodies = malloc((size_t)IN_FLIGHT * DELIVERY_MAX);
	struct parcel parcels[IN_FLIGHT];
	if (!bodies)
		return ERR_MEMORY;
	for (size_t i = 0; i < IN_FLIGHT; i++)
		parcels[i] = (struct parcel){.body = &bodies[i * DELIVERY_MAX]};
	return all_load(queued, parcels);
}
