/* SPDX-License-Identifier: MIT */
#include "workers/consume.h"

#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "composition/options.h"
#include "workers/dead_letter.h"
#include "workers/earlier.h"

#include <inttypes.h>
#include <stdio.h>

#define IDLE_MS 1000u /* between two checks whether an event waits */
#define GATHER_MS \
	15 /* while events come one after the other: a transaction takes those of so long */
#define ARRIVES_MS   100   /* after this, all that the broker had sent has arrived */
#define BIND_MS      10000 /* between two times that the bindings are made */
#define PAUSE_MS     100u  /* first pause after a dependency failed */
#define PAUSE_MAX_MS 2000u /* longest */

/* The source of a session's deliveries: the queue, or what is applied before it. */
struct source {
	struct history *history; /* the stream that refills the queue; NULL: it is a queue */
	const char *earlier;     /* the queue of an earlier version; NULL: it is ours */
	uint64_t taken;          /* from the earlier queue when it was empty */
	bool is_empty;           /* the earlier queue */
	bool at_end;             /* of history */
};

enum err
consume_open(struct consume *consume, const struct worker *worker, const struct app *app,
             const struct stop *stop)
{
	const struct settings *settings = app->settings;
	struct broker_options options = broker_options(settings, worker->name, stop->fd);
	*consume = (struct consume){.worker = worker, .app = app, .stop = stop};
	enum err err = batch_open(&consume->batch, settings->consume_batch);
	if (err != OK)
		return err;
	consume->broker = broker_new(&options);
	return consume->broker ? OK : ERR_MEMORY;
}

void
consume_close(struct consume *consume)
{
	broker_free(consume->broker);
	broker_free(consume->sender);
	batch_close(&consume->batch);
}

/* A message of the stream cannot be rejected, so it is published to the dead-letter queue, by a
 * connection of its own: one connection cannot consume and publish. */
static enum err
history_dead_letter(struct consume *consume, const char *id, const struct buf *body,
                    const struct event *event)
{
	const struct broker_options options =
		broker_options(consume->app->settings, consume->worker->name, consume->stop->fd);
	char correlation_id[24] = "";
	if (event)
		snprintf(correlation_id, sizeof(correlation_id), "%" PRIu64, event->correlation_id);
	const struct message message = {.id = id,
	                                .type = event ? event_kinds[event->type].name : "",
	                                .correlation_id = correlation_id,
	                                .content_type = EVENT_CONTENT_TYPE,
	                                .app_id = event ? event_kinds[event->type].exchange : "",
	                                .timestamp_s = event ? event->time / 1000 : 0,
	                                .body = body->data ? body->data : "",
	                                .body_len = body->len};
	if (!consume->sender)
		consume->sender = broker_new(&options);
	if (!consume->sender)
		return ERR_MEMORY;
	/* A broker that takes nothing, being short of memory, is waited for with limits of its own,
	 * and the refill is repeated: that is not a stuck thread. */
	const bool was_busy = atomic_load(&consume->activity.since_ms) != 0;
	activity_end(&consume->activity);
	enum err err = dead_letter_publish(consume->sender, consume->worker->context, &message);
	if (was_busy)
		activity_begin(&consume->activity);
	return err;
}

/* body and event: what is known of the message; NULL: it is not needed, or could not be read. */
static enum err
dead_letter(struct consume *consume, const struct source *source, uint64_t tag, const char *id,
            enum err why, const struct buf *body, const struct event *event)
{
	CLEANUP(buf_done) struct buf written = BUF_INIT(EVENT_BODY_MAX);
	enum err err = OK;
	if (source->history && !body) {
		err = event_write(event, &written);
		body = &written;
	}
	if (err == OK && source->history)
		err = history_dead_letter(consume, id, body, event);
	if (err != OK)
		return err;
	consume->dead++;
	LOG(LOG_ERROR, source->history ? "passed-over" : "dead-letter",
	    LOG_TEXT("queue", consume->worker->context), LOG_TEXT("id", id),
	    LOG_TEXT("error", err_name(why)), LOG_TEXT("request", event ? event->request_id : ""),
	    LOG_TEXT("trace", event ? event->traceparent : ""),
	    LOG_NUMBER("book", event ? event->correlation_id : 0));
	if (source->history)
		return consumer_ack(consume->broker, tag, false);
	return consumer_reject(consume->broker, tag);
}

/* An event is applied. Events of the stream are not logged, and their lag says nothing: they may
 * have been published long ago. */
static void
note_applied(struct consume *consume, const struct source *source, const struct event *event)
{
	consume->applied++;
	if (source->history)
		return;
	int64_t lag_ms = instant_now() - event->time;
	histogram_add(&consume->lag, lag_ms);
	LOG(LOG_INFO, "applied", LOG_TEXT("type", event_kinds[event->type].name),
	    LOG_TEXT("id", event->id), LOG_TEXT("request", event->request_id),
	    LOG_TEXT("trace", event->traceparent), LOG_NUMBER("lag_ms", lag_ms),
	    LOG_NUMBER("book", event->correlation_id));
}

/* Whether a message came from the context that its event names. An operator may put an event into a
 * queue by its name: a dead letter again, or the events of a backup. */
static bool
is_genuine(const struct source *source, const struct received_message *received,
           const struct event *event)
{
	if (!source->history && !*received->exchange)
		return true;
	return event_came_by(event, received->exchange, received->routing_key);
}

/* A forged event does not become a dead letter: those are sent again without a second look. */
static enum err
forged_drop(struct consume *consume, const struct received_message *received,
            const struct event *event)
{
	consume->forged++;
	LOG(LOG_ERROR, "forged", LOG_TEXT("queue", consume->worker->context),
	    LOG_TEXT("id", received->id), LOG_TEXT("type", event_kinds[event->type].name),
	    LOG_TEXT("exchange", received->exchange), LOG_TEXT("key", received->routing_key),
	    LOG_NUMBER("book", event->correlation_id));
	return consumer_ack(consume->broker, received->tag, false);
}

/* Reads a delivery into the batch, which has room for it: its size is the prefetch count. */
static enum err
message_add(struct consume *consume, const struct source *source,
            const struct received_message *received)
{
	struct event *event = batch_next(&consume->batch);
	if (!event)
		return ERR_BUG_HERE();
	const char *body = received->body->data ? received->body->data : "";
	enum err err = event_read(body, received->body->len, event);
	if (err == ERR_POISON)
		return dead_letter(consume, source, received->tag, received->id, err,
		                   received->body, NULL);
	if (err != OK)
		return err;
	if (!is_genuine(source, received, event))
		return forged_drop(consume, received, event);
	if (!consume->worker->takes[event->type])
		return consumer_ack(consume->broker, received->tag, false);
	batch_add(&consume->batch, received->tag);
	return OK;
}

static enum err
message_take(struct consume *consume, struct source *source, uint32_t timeout_ms)
{
	struct received_message received;
	enum err err;
	if (source->history)
		err = history_take(source->history, timeout_ms, &received);
	else
		err = consumer_take(consume->broker, timeout_ms, &received);
	if (err != OK)
		return err;
	consume->taken++;
	return message_add(consume, source, &received);
}

/* Waits the whole time and answers heartbeats; deliveries that arrive go into the batch. */
static enum err
pause_for(struct consume *consume, struct source *source, uint32_t ms)
{
	int64_t now = monotonic_ms(), end = now + ms;
	enum err err = OK;
	for (; (err == OK || err == ERR_TIMEOUT) && now < end; now = monotonic_ms())
		err = message_take(consume, source, (uint32_t)(end - now));
	return err;
}

/* Acknowledges what is done and dead-letters what is dead. */
static enum err
batch_acknowledge(struct consume *consume, const struct source *source)
{
	struct batch *batch = &consume->batch;
	enum err err = OK;
	for (size_t i = 0; i < batch->n; i++)
		if (batch->items[i].state == BATCH_DONE)
			note_applied(consume, source, &batch->events[i]);
	if (batch->n && batch_is_done(batch)) {
		err = consumer_ack(consume->broker, batch->items[batch->n - 1].tag, true);
		batch->n = 0;
		return err;
	}
	for (size_t i = 0; err == OK && i < batch->n; i++) {
		const struct batch_item *item = &batch->items[i];
		if (item->state == BATCH_DEAD)
			err = dead_letter(consume, source, item->tag, batch->events[i].id,
			                  item->last, NULL, &batch->events[i]);
		else if (item->state == BATCH_DONE)
			err = consumer_ack(consume->broker, item->tag, false);
	}
	batch_sweep(batch);
	return err;
}

/* An empty buffer does not mean that the worker has caught up: the broker may be slower, or send no
 * more because of the prefetch count. So the broker is asked whether a message waits, and once all
 * that it had sent by then is applied, the view has everything up to that moment. What another
 * process of this worker is applying cannot be known. */
static enum err
note_progress(struct consume *consume)
{
	struct queue_depth depth;
	char queue[QUEUE_NAME_SIZE];
	const int64_t now = monotonic_ms();
	topology_queue_name(consume->worker->context, "", queue);
	if (consume->empty_at && now - consume->asked_ms >= ARRIVES_MS) {
		enum err err = consume->worker->caught_up(consume->app, consume->empty_at);
		if (err != OK) /* the next one may succeed */
			LOG(LOG_DEBUG, "not-noted", LOG_TEXT("error", err_name(err)));
		consume->empty_at = 0;
	}
	if (consume->empty_at || now - consume->asked_ms < IDLE_MS)
		return OK;
	const instant_t at = instant_now();
	enum err err = topology_depth(consume->broker, queue, &depth);
	consume->asked_ms = monotonic_ms();
	if (err == OK && depth.exists && depth.messages == 0)
		consume->empty_at = at;
	return err;
}

/* A binding that is deleted at the broker is missed by nobody, and its events would go past the queue
 * until the worker connects again. ERR_NOT_FOUND: the last worker of an earlier version has left its
 * queue, which is to be emptied now. */
static enum err
bind_again(struct consume *consume)
{
	const int64_t now = monotonic_ms();
	if (now - consume->bound_ms < BIND_MS)
		return OK;
	consume->bound_ms = now;
	enum err err = topology_bind_again(consume->broker, consume->worker->context);
	bool free = false;
	if (err == OK && consume->earlier_is_used)
		err = earlier_find(consume->broker, consume->worker->context, &free,
		                   &consume->earlier_is_used);
	return err == OK && free ? ERR_NOT_FOUND : err;
}

/* What is done beside the events of the queue. drained: nothing more had arrived. */
static enum err
queue_look(struct consume *consume, bool drained)
{
	enum err err = OK;
	if (consume->batch.n == 0 && drained && consume->worker->caught_up)
		err = note_progress(consume);
	return err == OK ? bind_again(consume) : err;
}

/* ERR_NOT_FOUND: the earlier queue is empty: it said so, and nothing has arrived since. */
static enum err
earlier_end(struct consume *consume, struct source *source)
{
	struct queue_depth depth;
	if (source->is_empty && source->taken == consume->taken)
		return ERR_NOT_FOUND;
	enum err err = topology_depth(consume->broker, source->earlier, &depth);
	source->is_empty = err == OK && depth.messages == 0;
	source->taken = consume->taken;
	return err;
}

/* Applies the batch and settles it. ret_pause_ms: the pause before the next round. */
static enum err
round_do(struct consume *consume, const struct source *source, struct backoff *backoff,
         uint32_t *ret_pause_ms)
{
	struct batch *batch = &consume->batch;
	int64_t now = monotonic_ms();
	*ret_pause_ms = 0;
	if (batch->n == 0)
		return OK;
	consume->batches++;
	activity_begin(&consume->activity);
	enum err applied = batch_apply(batch, consume->worker, consume->app, now);
	enum err err = batch_acknowledge(consume, source);
	activity_end(&consume->activity);
	if (applied == OK) {
		backoff_reset(backoff);
		return err;
	}
	consume->failed++;
	*ret_pause_ms = backoff_next(backoff);
	LOG(LOG_WARN, "paused", LOG_TEXT("queue", consume->worker->context),
	    LOG_TEXT("error", err_name(applied)), LOG_NUMBER("ms", *ret_pause_ms));
	return err;
}

/* How long to wait for deliveries: until a retry is due, or until the next check whether the worker
 * has caught up, or until the bindings are to be made again. */
static uint32_t
wait_ms(const struct consume *consume, const struct source *source)
{
	int64_t due = batch_retry_at(&consume->batch), now = monotonic_ms();
	uint32_t most = source->earlier              ? ARRIVES_MS
	                : consume->worker->caught_up ? IDLE_MS
	                                             : BIND_MS;
	if (due == INT64_MAX || due - now > most)
		return most;
	return due > now ? (uint32_t)(due - now) : 0;
}

/* Repeats rounds until ERR_CLOSED (the program is to end), ERR_NOT_FOUND (the stream or the earlier
 * queue is read to its end and applied, or there is one to be emptied now), or a failure of the
 * connection. */
static enum err
rounds(struct consume *consume, struct source *source)
{
	struct backoff backoff = {.least_ms = PAUSE_MS, .most_ms = PAUSE_MAX_MS};
	uint32_t pause_ms = 0;
	size_t before = 0; /* events of the batch before */
	enum err err = OK;
	consume->empty_at = 0;
	while (err == OK) {
		err = pause_ms ? pause_for(consume, source, pause_ms)
		               : message_take(consume, source, wait_ms(consume, source));
		/* Take all that have arrived, or arrive soon. ERR_TIMEOUT: there is no more. */
		const int64_t gathered_ms = monotonic_ms() + (before > 1 ? GATHER_MS : 0);
		while (!pause_ms && err == OK && consume->batch.n < consume->batch.max)
			err = message_take(consume, source, ms_until(gathered_ms, GATHER_MS));
		before = consume->batch.n;
		bool drained = err == ERR_TIMEOUT, ending = err == ERR_CLOSED;
		if (err == ERR_NOT_FOUND)
			source->at_end = true;
		if (err == OK || drained || ending || err == ERR_NOT_FOUND)
			err = round_do(consume, source, &backoff, &pause_ms);
		if (err != OK)
			return err;
		if (ending || stop_wait(consume->stop, 0))
			return ERR_CLOSED;
		if (consume->batch.n == 0 && source->at_end)
			return ERR_NOT_FOUND;
		if (source->earlier && drained && consume->batch.n == 0)
			err = earlier_end(consume, source);
		else if (!source->earlier && !source->history)
			err = queue_look(consume, drained);
	}
	return err;
}

/* Applies all events of the stream, because the queue was declared anew. */
static enum err
refill(struct consume *consume)
{
	struct history history;
	struct source source = {.history = &history};
	const char *queue = consume->worker->context;
	enum err err = history_start(consume->broker, (uint16_t)consume->batch.max, &history);
	if (err == ERR_NOT_FOUND) {
		LOG(LOG_ERROR, "no-history", LOG_TEXT("queue", queue));
		return OK;
	}
	if (err != OK)
		return err;
	LOG(LOG_WARN, "refilling", LOG_TEXT("queue", queue));
	err = rounds(consume, &source);
	if (consume->sender)
		broker_drop(consume->sender);
	if (err != ERR_NOT_FOUND)
		return err;
	LOG(LOG_INFO, "refilled", LOG_TEXT("queue", queue));
	err = topology_end_refill(consume->broker, queue);
	return err == OK ? broker_connect(consume->broker) : err;
}

/* Applies the events that wait in the queue of an earlier version, and moves its dead letters. While
 * a worker of that version reads it, it is left alone: our queue gets every event as well. */
static enum err
earlier_empty(struct consume *consume)
{
	const char *context = consume->worker->context;
	struct source source = {.earlier = context};
	bool free = false;
	enum err err = earlier_find(consume->broker, context, &free, &consume->earlier_is_used);
	if (err != OK || !free)
		return err;
	err = earlier_dead_move(consume->broker, consume->app->settings, consume->stop, context);
	if (err == OK)
		err = consumer_start(consume->broker, context, (uint16_t)consume->batch.max);
	if (err == OK)
		err = rounds(consume, &source);
	if (err != ERR_NOT_FOUND)
		return err;
	LOG(LOG_INFO, "moved", LOG_TEXT("queue", context));
	err = broker_connect(consume->broker);
	return err == OK ? topology_unbind_earlier(consume->broker, context) : err;
}

/* One connection, from its beginning to its end. Never OK. */
static enum err
session(struct consume *consume, struct backoff *backoff)
{
	struct source source = {.history = NULL};
	const char *context = consume->worker->context;
	char queue[QUEUE_NAME_SIZE];
	bool refills = false;
	topology_queue_name(context, "", queue);
	consume->batch.n = 0; /* what was in it is delivered again */
	enum err err = broker_connect(consume->broker);
	if (err == OK)
		err = topology_queue(consume->broker, context, &refills);
	if (err == OK && refills)
		err = refill(consume);
	if (err == OK)
		err = earlier_empty(consume);
	if (err == OK)
		err = consumer_start(consume->broker, queue, (uint16_t)consume->batch.max);
	if (err != OK)
		return err;
	backoff_reset(backoff);
	consume->bound_ms = monotonic_ms();
	LOG(LOG_INFO, "consuming", LOG_TEXT("queue", context));
	return rounds(consume, &source);
}

void *
consume_run(void *arg)
{
	struct consume *consume = arg;
	struct backoff backoff = {.least_ms = PAUSE_MS, .most_ms = PAUSE_MAX_MS};
	while (!stop_wait(consume->stop, 0)) {
		enum err err = session(consume, &backoff);
		broker_drop(consume->broker);
		if (err == ERR_CLOSED)
			break;
		if (err == ERR_NOT_FOUND)
			continue;
		uint32_t ms = backoff_next(&backoff);
		LOG(LOG_WARN, "broker-away", LOG_TEXT("queue", consume->worker->context),
		    LOG_TEXT("error", err_name(err)), LOG_TEXT("why", broker_why(consume->broker)),
		    LOG_NUMBER("retry_ms", ms));
		if (stop_wait(consume->stop, ms))
			break;
	}
	return NULL;
}

void
consume_metrics(const struct consume *consume, struct metrics *to)
{
	METRIC(to, METRIC_EVENTS_APPLIED, consume->applied);
	METRIC(to, METRIC_EVENT_BATCHES, consume->batches);
	METRIC(to, METRIC_EVENT_BATCHES_FAILED, consume->failed);
	METRIC(to, METRIC_EVENT_RETRIES, consume->batch.retries);
	METRIC(to, METRIC_EVENTS_DEAD, consume->dead);
	METRIC(to, METRIC_EVENTS_FORGED, consume->forged);
	METRIC_TIMES(to, METRIC_EVENT_LAG, &consume->lag);
}
