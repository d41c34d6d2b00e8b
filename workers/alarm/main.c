/* worker-alarm - tells guests and hosts what happened, and brings it to them. */
#include "adapters/http/client.h"
#include "adapters/mariadb/alarm/delivery_store.h"
#include "adapters/mariadb/alarm/notification_store.h"
#include "adapters/smtp/smtp.h"
#include "adapters/webhook/webhook.h"
#include "app/alarm/delivery_send.h"
#include "app/alarm/notify.h"
#include "app/purge.h"
#include "base/log.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "workers/worker.h"

#include <stdatomic.h>

struct parts {
	struct composition base;
	struct purged purged;
	struct notification_store notifications;
	struct delivery_store stored;     /* as the database has it */
	struct delivery_store deliveries; /* the same, each outcome counted and logged */
	struct delivery_pool pool;
	struct channel_sender email, webhook;
	atomic_ullong attempts[CHANNEL_MAX][DELIVERY_STATE_MAX]; /* by what became of it */
};

/* ---- deliveries, counted and with a line in the log ---- */

static enum err
claim(void *self, enum channel channel, uint32_t lease_s, size_t max, struct delivery_batch *batch)
{
	const struct delivery_store *stored = &((struct parts *)self)->stored;
	return stored->claim(stored->self, channel, lease_s, max, batch);
}

static enum err
settle(void *self, const struct delivery_job *job, const struct delivery_outcome *outcome)
{
	struct parts *parts = self;
	const bool taken = outcome->state == DELIVERY_DELIVERED;
	if (outcome->tried) {
		parts->attempts[job->channel][outcome->state]++;
		LOG(taken ? LOG_INFO : LOG_WARN, taken ? "delivered" : "not-delivered",
		    LOG_TEXT("channel", channel_name(job->channel)),
		    LOG_NUMBER("notification", job->notification_id),
		    LOG_NUMBER("book", job->event.correlation_id),
		    LOG_TEXT("request", job->event.request_id),
		    LOG_TEXT("trace", job->event.traceparent), LOG_NUMBER("attempt", job->attempts),
		    LOG_TEXT("state", delivery_state_name(outcome->state)),
		    LOG_TEXT("reason", outcome->reason), LOG_NUMBER("retry_ms", outcome->pause_ms));
	}
	return parts->stored.settle(parts->stored.self, job, outcome);
}

static enum err
release(void *self, const char *destination, bool away, uint32_t pause_ms)
{
	const struct delivery_store *stored = &((struct parts *)self)->stored;
	return stored->release(stored->self, destination, away, pause_ms);
}

static struct delivery_store
noted(struct parts *parts)
{
	return (struct delivery_store){
		.self = parts, .claim = claim, .settle = settle, .release = release};
}

/* ---- the composition ---- */

static void
parts_close(struct app *app)
{
	struct parts *parts = (struct parts *)app;
	smtp_close(&parts->email);
	composition_close(app);
}

static enum err
parts_open(const struct settings *settings, struct app **ret_app)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct parts), settings, &base);
	if (err != OK)
		return err;
	struct parts *parts = (struct parts *)base;
	err = http_start();
	if (err == OK)
		err = smtp_open(settings, &parts->email);
	if (err != OK) {
		parts_close(&base->app);
		return err;
	}
	parts->webhook = webhook_sender(settings);
	parts->notifications = notification_store_mariadb(base->db);
	parts->stored = delivery_store_mariadb(base->db);
	parts->deliveries = noted(parts);
	delivery_pool_init(&parts->pool);
	base->app.notifications = &parts->notifications;
	base->app.deliveries = &parts->deliveries;
	base->app.pool = &parts->pool;
	base->app.senders[CHANNEL_EMAIL] = &parts->email;
	base->app.senders[CHANNEL_WEBHOOK] = &parts->webhook;
	base->app.purged = &parts->purged;
	*ret_app = &base->app;
	return OK;
}

/* ---- metrics ---- */

static void
backlog_tell(const struct parts *parts, struct metrics *to)
{
	struct delivery_backlog backlog;
	if (!to->db_answers || parts->stored.backlog(parts->stored.self, &backlog) != OK)
		return;
	for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++) {
		const char *name = channel_name((enum channel)channel);
		METRIC(to, METRIC_DELIVERIES, backlog.waiting[channel], name, "waiting");
		METRIC(to, METRIC_DELIVERIES, backlog.failed[channel], name, "failed");
	}
	instant_t now = instant_now();
	for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++) {
		instant_t oldest = backlog.oldest[channel];
		METRIC_MS(to, METRIC_DELIVERY_OLDEST, oldest ? now - oldest : 0,
		          channel_name((enum channel)channel));
	}
}

static void
parts_metrics(const struct app *app, struct metrics *to)
{
	const struct parts *parts = (const struct parts *)app;
	purge_metrics(app, to);
	composition_metrics(app, to);
	backlog_tell(parts, to);
	for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++)
		for (int state = 0; state < DELIVERY_STATE_MAX; state++)
			METRIC(to, METRIC_DELIVERY_ATTEMPTS, parts->attempts[channel][state],
			       channel_name((enum channel)channel),
			       delivery_state_name((enum delivery_state)state));
}

static const struct worker_job jobs[DELIVERY_THREADS + 1] = {
	{"deliver-1", 0, delivery_send}, {"deliver-2", 0, delivery_send},
	{"deliver-3", 0, delivery_send}, {"deliver-4", 0, delivery_send},
	{"deliver-5", 0, delivery_send}, {"purge", PURGE_EVERY_MS, purge_alarm},
};

static const struct worker worker = {
	.name = "worker-alarm",
	.context = "alarm",
	.takes =
		{
			[EVENT_ROOM_REGISTERED] = true,
			[EVENT_ROOM_CHANGED] = true,
			[EVENT_ROOM_DELETED] = true,
			[EVENT_BOOK_PENDING] = true,
			[EVENT_BOOKED] = true,
			[EVENT_BOOK_REJECTED] = true,
			[EVENT_BOOK_EXPIRED] = true,
			[EVENT_BOOK_CANCELED] = true,
			[EVENT_PAYMENT_APPROVED] = true,
			[EVENT_PAYMENT_DECLINED] = true,
			[EVENT_PAYMENT_CANCELED] = true,
		},
	.apply = notify,
	.jobs = jobs,
	.n_jobs = ARRAY_SIZE(jobs),
	.open = parts_open,
	.close = parts_close,
	.ready = composition_ready,
	.metrics = parts_metrics,
};

int
main(int argc, char **argv)
{
	return worker_run(&worker, argc, argv);
}
