/* trace_history - the events of a booking, as they stand in the stream of history. */
#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/mem.h"
#include "tools/trace/trace_sources.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PREFETCH      500
#define TAKE_LIMIT_MS 5000

static void
step_of(const struct event *event, struct step *ret_step)
{
	*ret_step = (struct step){.at = event->time, .rank = STEP_EVENT, .part = "history"};
	snprintf(ret_step->what, sizeof(ret_step->what), "%s, version %" PRIu64,
	         event_kinds[event->type].name, event->sequence);
	memcpy(ret_step->request_id, event->request_id, sizeof(ret_step->request_id));
	memcpy(ret_step->event_id, event->id, sizeof(ret_step->event_id));
	memcpy(ret_step->traceparent, event->traceparent, sizeof(ret_step->traceparent));
}

/* At least once means that an event may stand there more than once. */
static bool
is_known(const struct steps *steps, const struct event *event)
{
	for (size_t i = 0; i < steps->n; i++)
		if (!strcmp(steps->list[i].event_id, event->id))
			return true;
	return false;
}

static enum err
event_add(struct steps *steps, const struct arrival *arrival, struct event *event)
{
	struct step step;
	enum err err = event_read(arrival->body->data, arrival->body->len, event);
	if (err == ERR_POISON)
		return OK; /* it is nobody's event: the dead letters tell of it */
	if (err != OK || is_known(steps, event))
		return err;
	step_of(event, &step);
	return steps_add(steps, &step);
}

static enum err
stream_read(struct broker *broker, const char *correlation_id, struct steps *steps)
{
	struct history history;
	struct arrival arrival;
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	if (!event)
		return ERR_MEMORY;
	enum err err = history_start(broker, PREFETCH, &history);
	if (err != OK)
		return err;
	while ((err = history_take(&history, TAKE_LIMIT_MS, &arrival)) == OK) {
		if (!strcmp(arrival.correlation_id, correlation_id) && arrival.body->len)
			err = event_add(steps, &arrival, event);
		if (err == OK)
			err = consumer_ack(broker, arrival.tag, false);
		if (err != OK)
			return err;
	}
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
trace_history(struct broker *broker, const struct traced *traced, struct steps *steps)
{
	CLEANUP(steps_done) struct steps found = {0};
	char correlation_id[24];
	snprintf(correlation_id, sizeof(correlation_id), "%" PRIu64, traced->book_id);
	enum err err = broker_connect(broker);
	if (err == OK)
		err = stream_read(broker, correlation_id, &found);
	broker_drop(broker);
	for (size_t i = 0; err == OK && i < found.n; i++)
		err = steps_add(steps, &found.list[i]);
	return err;
}
