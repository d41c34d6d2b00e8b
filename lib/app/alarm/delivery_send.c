/* SPDX-License-Identifier: MIT */
#include "app/alarm/delivery_send.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/uuid.h"

#include <string.h>

#define BATCH_MAX          16u      /* deliveries per claim */
#define BATCH_MS           4000     /* the batch starts no attempt later: others get their turn */
#define IDLE_MS            1000     /* between two claims of a channel with nothing due */
#define CONTACT_MS         2000u    /* pause for the event that brings the booking's contact */
#define PAUSE_MAX_MS       3600000u /* of one delivery */
#define UNREACHABLE_MAX_MS 60000u   /* pause of an unreachable destination */

/* Each channel uses a part of the threads: if they all hang, the other channel has some left. */
static const unsigned threads_max[CHANNEL_MAX] = {
	[CHANNEL_EMAIL] = 2, [CHANNEL_WEBHOOK] = 4, [CHANNEL_CONTACT] = 1};

/* ---- the pool ---- */

void
delivery_pool_init(struct delivery_pool *pool)
{
	*pool = (struct delivery_pool){.busy = {0}};
	pthread_mutex_init(&pool->lock, NULL); /* cannot fail on Linux */
}

static bool
delivery_pool_enter(struct delivery_pool *pool, enum channel channel)
{
	pthread_mutex_lock(&pool->lock);
	const bool may_enter = pool->busy[channel] < threads_max[channel] &&
	                       pool->idle_until_ms[channel] <= monotonic_ms();
	pool->busy[channel] += may_enter;
	pthread_mutex_unlock(&pool->lock);
	return may_enter;
}

static void
delivery_pool_leave(struct delivery_pool *pool, enum channel channel, bool found)
{
	pthread_mutex_lock(&pool->lock);
	pool->busy[channel]--;
	if (!found)
		pool->idle_until_ms[channel] = monotonic_ms() + IDLE_MS;
	pthread_mutex_unlock(&pool->lock);
}

/* ---- one delivery ---- */

static struct retry_policy
retry_policy_of(const struct settings *settings, uint32_t max_ms)
{
	return (struct retry_policy){.first_ms = settings->delivery_retry_ms,
	                             .max_ms = max_ms,
	                             .for_s = settings->delivery_try_s};
}

static void
attempt(const struct app *app, const struct delivery_job *job, struct attempt_result *result)
{
	const struct channel_sender *sender = app->senders[job->channel];
	CLEANUP(free_p) struct mail *mail = NULL;
	struct outgoing_message message = {.job = job,
	                                   .timeout_ms = app->settings->delivery_timeout_ms};
	delivery_id(job, message.id);
	if (channel_is_mail(job->channel)) {
		mail = malloc(sizeof(*mail));
		if (!mail) {
			*result = attempt_result(ATTEMPT_RETRY, "no-memory");
			return;
		}
		mail_compose(job, app->settings->mail_from, mail);
		mail_link_add(job, app->settings->issuer, app->booking_keys, mail);
		message.mail = mail;
	}
	sender->send(sender->self, &message, result);
}

/* The outcome of an attempt; pause_ms: until the next one, if there is one. */
static struct delivery_outcome
outcome_of(const struct app *app, const struct delivery_job *job,
           const struct attempt_result *result, uint32_t pause_ms)
{
	const struct retry_policy policy = retry_policy_of(app->settings, PAUSE_MAX_MS);
	struct delivery_outcome outcome = {.state = DELIVERY_FAILED, .counted = true};
	memcpy(outcome.reason, result->reason, REASON_SIZE);
	if (result->outcome == ATTEMPT_DELIVERED) {
		outcome.state = DELIVERY_DELIVERED;
	} else if (retry_is_allowed(&policy, result->outcome, job->attempts, job->age_s,
	                            pause_ms)) {
		outcome.state = DELIVERY_WAITING;
		outcome.pause_ms = pause_ms;
	}
	return outcome;
}

/* The outcome without an attempt: the delivery waits on unless its time is over, or no attempt can
 * succeed. */
static struct delivery_outcome
outcome_without_attempt(const struct app *app, const struct delivery_job *job,
                        enum attempt_outcome attempt, const char *why, uint32_t pause_ms)
{
	const struct attempt_result result = attempt_result(attempt, why);
	struct delivery_outcome outcome = outcome_of(app, job, &result, pause_ms);
	outcome.counted = false;
	if (outcome.state == DELIVERY_WAITING)
		outcome.reason[0] = '\0';
	return outcome;
}

/* Whether a delivery may be sent at all. Of an address that nobody has confirmed the mails are counted: so
 * the other ones wait for nothing. */
static enum err
permit_find(const struct app *app, const struct delivery_job *job, enum mail_refusal *ret_refusal)
{
	const struct delivery_store *store = app->deliveries;
	uint64_t sent = 0;
	enum err err = OK;
	*ret_refusal = MAIL_PERMITTED;
	if (!channel_is_mail(job->channel) || job->standing == ADDRESS_CONFIRMED)
		return OK;
	if (mail_is_needed(job->role, job->event.type))
		err = store->mails_sent(store->self, job->target, &sent);
	*ret_refusal = mail_permit(job->standing, job->role, job->event.type, sent);
	return err;
}

/* ---- a batch ---- */

struct round {
	const struct app *app;
	struct delivery_batch batch;
	int64_t until_ms; /* no attempt starts later */
	struct attempt_result last;
	unsigned unreached; /* attempts in a row that found the destination unreachable */
	bool unreachable;   /* the destination is: the other deliveries are not attempted */
};

/* The lease must outlast the last attempt and the storing of its outcome. */
static int64_t
round_end_ms(const struct settings *settings)
{
	const int64_t limit_ms =
		(settings->delivery_lease_s * INT64_C(1000) - settings->delivery_timeout_ms) / 2;
	return monotonic_ms() + (limit_ms < BATCH_MS ? limit_ms : BATCH_MS);
}

static uint32_t
unreachable_pause_ms(const struct round *round)
{
	const struct retry_policy policy =
		retry_policy_of(round->app->settings, UNREACHABLE_MAX_MS);
	return retry_pause_ms(&policy, round->batch.failures + 1, random_u32());
}

/* An attempt whose time has come. */
static struct delivery_outcome
try_now(struct round *round, const struct delivery_job *job)
{
	const struct app *app = round->app;
	enum mail_refusal refusal;
	if (permit_find(app, job, &refusal) != OK)
		return outcome_without_attempt(app, job, ATTEMPT_RETRY, "no-count", CONTACT_MS);
	if (refusal != MAIL_PERMITTED)
		return outcome_without_attempt(app, job, ATTEMPT_PERMANENT,
		                               mail_refusal_name(refusal), 0);
	attempt(app, job, &round->last);
	const bool unreachable = round->last.outcome == ATTEMPT_UNREACHABLE;
	round->unreached = unreachable ? round->unreached + 1 : 0;
	/* One failed connection may be the fault of that delivery. Two in a row are not, nor is one
	 * to a destination that was unreachable the last time. */
	round->unreachable = round->unreached >= (round->batch.failures ? 1 : 2);
	const struct retry_policy policy =
		retry_policy_of(app->settings, unreachable ? UNREACHABLE_MAX_MS : PAUSE_MAX_MS);
	return outcome_of(app, job, &round->last,
	                  retry_pause_ms(&policy, job->attempts, random_u32()));
}

/* A delivery without an attempt is due again before those with one: none blocks the others. */
static struct delivery_outcome
deliver(struct round *round, const struct delivery_job *job)
{
	const struct app *app = round->app;
	if (!job->body)
		return outcome_without_attempt(app, job, ATTEMPT_PERMANENT, "no-event", 0);
	if (!*job->target)
		return outcome_without_attempt(app, job, ATTEMPT_RETRY, "no-contact", CONTACT_MS);
	if (round->unreachable)
		return outcome_without_attempt(app, job, ATTEMPT_RETRY, round->last.reason, 0);
	if (monotonic_ms() >= round->until_ms)
		return outcome_without_attempt(app, job, ATTEMPT_RETRY, "no-turn", 0);
	return try_now(round, job);
}

static enum err
batch_send(struct round *round)
{
	const struct delivery_store *store = round->app->deliveries;
	enum err err = OK;
	for (size_t i = 0; i < round->batch.n; i++) {
		struct delivery_job *job = &round->batch.jobs[i];
		const struct delivery_outcome outcome = deliver(round, job);
		enum err stored = store->store_outcome(store->self, job, &outcome);
		err = err == OK ? stored : err;
		free(job->body);
	}
	enum err released = store->release(store->self, &round->batch, round->unreachable,
	                                   round->unreachable ? unreachable_pause_ms(round) : 0);
	return err == OK ? released : err;
}

static enum err
round_run(const struct app *app, enum channel channel, bool *ret_found)
{
	const struct delivery_store *store = app->deliveries;
	struct round round = {.app = app,
	                      .until_ms = round_end_ms(app->settings),
	                      .batch = {.jobs = calloc(BATCH_MAX, sizeof(*round.batch.jobs))}};
	CLEANUP(free_p) struct delivery_job *jobs = round.batch.jobs;
	if (!jobs)
		return ERR_MEMORY;
	enum err err = store->claim(store->self, channel, app->settings->delivery_lease_s,
	                            BATCH_MAX, &round.batch);
	*ret_found = err == OK && *round.batch.destination;
	return *ret_found ? batch_send(&round) : err;
}

enum err
delivery_send(const struct app *app, bool *ret_more)
{
	enum err err = OK;
	*ret_more = false;
	if (app->settings->delivery == OFF)
		return OK;
	for (int channel = CHANNEL_EMAIL; err == OK && channel < CHANNEL_MAX; channel++) {
		bool found = false;
		if (!delivery_pool_enter(app->pool, (enum channel)channel))
			continue;
		err = round_run(app, (enum channel)channel, &found);
		delivery_pool_leave(app->pool, (enum channel)channel, found);
		*ret_more |= found;
	}
	return err;
}
