/* SPDX-License-Identifier: MIT */
#include "workers/alarm/delivery_log.h"

#include "base/clock.h"
#include "base/log.h"

static enum err
delivery_log_claim(void *self, enum channel channel, uint32_t lease_s, size_t max,
                   struct delivery_batch *batch)
{
	const struct delivery_store *store = &((struct delivery_log *)self)->store;
	return store->claim(store->self, channel, lease_s, max, batch);
}

static enum err
delivery_log_store_outcome(void *self, const struct delivery_job *job,
                           const struct delivery_outcome *outcome)
{
	struct delivery_log *log = self;
	const bool delivered = outcome->state == DELIVERY_DELIVERED;
	const bool failed = outcome->state == DELIVERY_FAILED;
	if (outcome->counted)
		log->attempts[job->channel][outcome->state]++;
	if (outcome->counted || failed)
		LOG(delivered ? LOG_INFO : LOG_WARN, delivered ? "delivered" : "not-delivered",
		    LOG_TEXT("channel", channel_name(job->channel)),
		    LOG_NUMBER("notification", job->notification_id),
		    LOG_NUMBER("book", job->event.correlation_id),
		    LOG_TEXT("request", job->event.request_id),
		    LOG_TEXT("trace", job->event.traceparent),
		    LOG_NUMBER("attempt", job->attempts - !outcome->counted),
		    LOG_TEXT("state", delivery_state_name(outcome->state)),
		    LOG_TEXT("reason", outcome->reason), LOG_NUMBER("retry_ms", outcome->pause_ms));
	return log->store.store_outcome(log->store.self, job, outcome);
}

static enum err
delivery_log_release(void *self, const struct delivery_batch *batch, bool unreachable,
                     uint32_t pause_ms)
{
	const struct delivery_store *store = &((struct delivery_log *)self)->store;
	return store->release(store->self, batch, unreachable, pause_ms);
}

static enum err
delivery_log_mails_sent(void *self, const char *target, uint64_t *ret_n)
{
	const struct delivery_store *store = &((struct delivery_log *)self)->store;
	return store->mails_sent(store->self, target, ret_n);
}

static enum err
delivery_log_backlog(void *self, struct delivery_backlog *ret_backlog)
{
	const struct delivery_store *store = &((struct delivery_log *)self)->store;
	return store->backlog(store->self, ret_backlog);
}

struct delivery_store
delivery_log_port(struct delivery_log *log)
{
	return (struct delivery_store){
		.self = log,
		.claim = delivery_log_claim,
		.store_outcome = delivery_log_store_outcome,
		.release = delivery_log_release,
		.mails_sent = delivery_log_mails_sent,
		.backlog = delivery_log_backlog,
	};
}

void
delivery_log_metrics(const struct delivery_log *log, struct metrics *to)
{
	struct delivery_backlog backlog;
	if (to->db_answers && log->store.backlog(log->store.self, &backlog) == OK) {
		const instant_t now = instant_now();
		for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++) {
			const char *name = channel_name((enum channel)channel);
			METRIC(to, METRIC_DELIVERIES, backlog.waiting[channel], name, "waiting");
			METRIC(to, METRIC_DELIVERIES, backlog.failed[channel], name, "failed");
		}
		for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++) {
			const instant_t oldest = backlog.oldest[channel];
			METRIC_MS(to, METRIC_DELIVERY_OLDEST, oldest ? now - oldest : 0,
			          channel_name((enum channel)channel));
		}
	}
	for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++)
		for (int state = 0; state < DELIVERY_STATE_MAX; state++)
			METRIC(to, METRIC_DELIVERY_ATTEMPTS, log->attempts[channel][state],
			       channel_name((enum channel)channel),
			       delivery_state_name((enum delivery_state)state));
}
