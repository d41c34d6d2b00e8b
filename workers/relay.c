/* SPDX-License-Identifier: MIT */
#include "workers/relay.h"

#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/backoff.h"
#include "base/log.h"
#include "composition/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define IDLE_MS        20u  /* first pause when the outbox is empty */
#define IDLE_MAX_MS    200u /* longest */
#define GATHER_MS      15u /* while events come one after the other: those of so long go together */
#define RETRY_MS       100u  /* first pause after a dependency failed */
#define RETRY_MAX_MS   2000u /* longest */
#define END_CONFIRM_MS 3000u /* for outstanding confirms, once the program is to end */

enum err
relay_open(struct relay *relay, const struct worker *worker, const struct app *app,
           const struct stop *stop)
{
	const struct settings *settings = app->settings;
	struct broker_options options = broker_options(settings, "relay", stop->fd);
	size_t max = settings->relay_in_flight;
	*relay = (struct relay){.worker = worker, .app = app, .stop = stop, .max = max};
	relay->rows = calloc(max, sizeof(*relay->rows));
	relay->messages = calloc(max, sizeof(*relay->messages));
	relay->correlations = calloc(max, sizeof(*relay->correlations));
	relay->outcomes = calloc(max, sizeof(*relay->outcomes));
	relay->ids = calloc(max, sizeof(*relay->ids));
	relay->broker = broker_new(&options);
	if (!relay->rows || !relay->messages || !relay->correlations || !relay->outcomes ||
	    !relay->ids || !relay->broker)
		return ERR_MEMORY;
	return uuid_v7(relay->owner);
}

void
relay_close(struct relay *relay)
{
	broker_free(relay->broker);
	free(relay->rows);
	free(relay->messages);
	free(relay->correlations);
	free(relay->outcomes);
	free(relay->ids);
}

static void
messages_make(struct relay *relay, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct outbox_row *row = &relay->rows[i];
		const struct event_kind *kind = &event_kinds[row->type];
		relay->correlations[i][0] = '\0';
		if (row->correlation_id)
			snprintf(relay->correlations[i], sizeof(relay->correlations[i]), "%" PRIu64,
			         row->correlation_id);
		relay->messages[i] = (struct message){.exchange = kind->exchange,
		                                      .routing_key = kind->routing_key,
		                                      .id = row->message_id,
		                                      .type = kind->name,
		                                      .correlation_id = relay->correlations[i],
		                                      .content_type = EVENT_CONTENT_TYPE,
		                                      .app_id = relay->worker->context,
		                                      .timestamp_s = row->time / 1000,
		                                      .body = row->body,
		                                      .body_len = row->body_len};
	}
}

static size_t
ids_of(struct relay *relay, size_t n, bool confirmed)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		if ((relay->outcomes[i] == PUBLISH_CONFIRMED) == confirmed)
			relay->ids[found++] = relay->rows[i].id;
	return found;
}

/*
 * Removes the confirmed rows and releases the others. If that fails, the lease expires and the rows
 * are published again, which does no harm: consumers are idempotent.
 */
static enum err
outbox_store_outcomes(struct relay *relay, size_t n)
{
	const struct outbox *outbox = relay->app->outbox;
	size_t confirmed = ids_of(relay, n, true);
	enum err err = confirmed ? outbox->confirm(outbox->self, relay->ids, confirmed) : OK;
	relay->confirmed += confirmed;
	size_t others = ids_of(relay, n, false);
	for (size_t i = 0; i < n; i++) {
		relay->returned += relay->outcomes[i] == PUBLISH_RETURNED;
		relay->unconfirmed += relay->outcomes[i] != PUBLISH_CONFIRMED &&
		                      relay->outcomes[i] != PUBLISH_RETURNED;
	}
	if (err == OK && others)
		err = outbox->release(outbox->self, relay->owner, relay->ids, others);
	return err;
}

/*
 * A returned message has no queue; a refused message has a queue that cannot store it: an operator
 * has to know. The connection is dropped: an immediate retry would fail again, and a queue that has
 * refused a message may keep refusing on that connection after it accepts messages from others.
 */
static enum err
outcomes_report(struct relay *relay, size_t n)
{
	size_t count[PUBLISH_OUTCOME_MAX] = {0};
	for (size_t i = 0; i < n; i++)
		count[relay->outcomes[i]]++;
	if (count[PUBLISH_CONFIRMED] == n)
		return OK;
	LOG(LOG_ERROR, "not-taken", LOG_TEXT("exchange", relay->worker->context),
	    LOG_NUMBER("returned", count[PUBLISH_RETURNED]),
	    LOG_NUMBER("refused", count[PUBLISH_REFUSED]));
	return ERR_UNAVAILABLE;
}

/* Claims rows, publishes them and stores the outcomes. ret_n: how many there were.
 * ret_broker_lost: the connection is not usable any more. */
static enum err
relay_once(struct relay *relay, size_t *ret_n, bool *ret_broker_lost)
{
	const struct outbox *outbox = relay->app->outbox;
	const struct settings *settings = relay->app->settings;
	*ret_n = 0;
	*ret_broker_lost = false;
	enum err err = outbox->claim(outbox->self, relay->owner, settings->relay_lease_s,
	                             relay->max, relay->rows, ret_n);
	if (err != OK || *ret_n == 0)
		return err;
	messages_make(relay, *ret_n);
	enum err sent =
		publisher_send(relay->broker, relay->messages, *ret_n,
	                       settings->relay_lease_s * 1000u, END_CONFIRM_MS, relay->outcomes);
	for (size_t i = 0; i < *ret_n; i++)
		free(relay->rows[i].body);
	err = outbox_store_outcomes(relay, *ret_n);
	if (sent == OK)
		sent = outcomes_report(relay, *ret_n);
	*ret_broker_lost = sent != OK;
	return sent == OK ? err : sent;
}

/* Waits after a dependency failed, and answers heartbeats meanwhile. */
static enum err
pause_for(struct relay *relay, struct backoff *backoff, enum err why)
{
	uint32_t ms = backoff_next(backoff);
	LOG(LOG_WARN, "paused", LOG_TEXT("outbox", relay->worker->context),
	    LOG_TEXT("error", err_name(why)), LOG_NUMBER("ms", ms));
	return broker_rest(relay->broker, ms);
}

/* One connection, from its beginning to its end. Never OK. */
static enum err
session(struct relay *relay, struct backoff *away)
{
	struct backoff idle = {.least_ms = IDLE_MS, .most_ms = IDLE_MAX_MS};
	struct backoff pause = {.least_ms = RETRY_MS, .most_ms = RETRY_MAX_MS};
	enum err err = broker_connect(relay->broker);
	if (err == OK)
		err = topology_exchange(relay->broker, relay->worker->context);
	if (err == OK)
		err = topology_history(relay->broker);
	if (err == OK)
		LOG(LOG_INFO, "relaying", LOG_TEXT("exchange", relay->worker->context));
	while (err == OK) {
		size_t n;
		bool broker_lost;
		if (stop_wait(relay->stop, 0))
			return ERR_CLOSED;
		err = queues_poll(&relay->queues, relay->broker);
		if (err != OK)
			return err;
		activity_begin(&relay->activity);
		err = relay_once(relay, &n, &broker_lost);
		activity_end(&relay->activity);
		if (err != OK && broker_lost)
			return err;
		if (err != OK) {
			err = pause_for(relay, &pause, err);
			continue;
		}
		backoff_reset(&pause);
		backoff_reset(away);
		if (n > 0)
			backoff_reset(&idle);
		if (n == 0)
			err = broker_rest(relay->broker, backoff_next(&idle));
		else if (n > 1 && n < relay->max)
			err = broker_rest(relay->broker, GATHER_MS);
	}
	return err;
}

void *
relay_run(void *arg)
{
	struct relay *relay = arg;
	struct backoff away = {.least_ms = RETRY_MS, .most_ms = RETRY_MAX_MS};
	while (!stop_wait(relay->stop, 0)) {
		enum err err = session(relay, &away);
		broker_drop(relay->broker);
		queues_forget(&relay->queues);
		if (err == ERR_CLOSED)
			break;
		uint32_t ms = backoff_next(&away);
		LOG(LOG_WARN, "broker-away", LOG_TEXT("exchange", relay->worker->context),
		    LOG_TEXT("error", err_name(err)), LOG_TEXT("why", broker_why(relay->broker)),
		    LOG_NUMBER("retry_ms", ms));
		if (stop_wait(relay->stop, ms))
			break;
	}
	return NULL;
}

void
relay_metrics(const struct relay *relay, struct metrics *to)
{
	const struct outbox *outbox = relay->app->outbox;
	uint64_t rows;
	instant_t oldest;
	if (to->db_answers && outbox->backlog(outbox->self, &rows, &oldest) == OK) {
		METRIC(to, METRIC_OUTBOX_EVENTS, rows);
		METRIC_MS(to, METRIC_OUTBOX_OLDEST, oldest ? instant_now() - oldest : 0);
	}
	METRIC(to, METRIC_RELAY_EVENTS, relay->confirmed, "confirmed");
	METRIC(to, METRIC_RELAY_EVENTS, relay->returned, "returned");
	METRIC(to, METRIC_RELAY_EVENTS, relay->unconfirmed, "unconfirmed");
	queues_metrics(&relay->queues, to);
}
