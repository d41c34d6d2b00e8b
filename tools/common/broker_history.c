#include "tools/common/broker_history.h"

#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define PREFETCH      512
#define ACK_EVERY     128 /* arrivals; less than PREFETCH, or the broker sends no more */
#define TAKE_LIMIT_MS 5000

static enum err
arrival_visit(const struct arrival *arrival, struct event *event, history_visit *visit, void *arg)
{
	const char *body = arrival->body->data ? arrival->body->data : "";
	enum err err = event_read(body, arrival->body->len, event);
	if (err == ERR_POISON)
		return OK;
	return err == OK ? visit(event, arg) : err;
}

static enum err
stream_read(struct history *history, const char *correlation_id, history_visit *visit, void *arg)
{
	struct arrival arrival;
	enum err err;
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	if (!event)
		return ERR_MEMORY;
	for (size_t n = 1; (err = history_take(history, TAKE_LIMIT_MS, &arrival)) == OK; n++) {
		if (!correlation_id || strcmp(arrival.correlation_id, correlation_id) == 0)
			err = arrival_visit(&arrival, event, visit, arg);
		if (err == OK && n % ACK_EVERY == 0)
			err = consumer_ack(history->broker, arrival.tag, true);
		if (err != OK)
			return err;
	}
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
broker_history_read(struct broker *broker, const char *correlation_id, history_visit *visit,
                    void *arg)
{
	struct history history;
	enum err err = broker_connect(broker);
	if (err == OK)
		err = history_start(broker, PREFETCH, &history);
	if (err == OK)
		err = stream_read(&history, correlation_id, visit, arg);
	broker_drop(broker);
	return err;
}
