/* delivery_send - brings what waits to where it goes. */
#include "app/alarm/delivery.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/uuid.h"

#include <stdio.h>
#include <string.h>

#define BATCH_MAX    16u   /* deliveries to one destination in a row */
#define BATCH_MS     4000  /* and for how long, so that the others have their turn */
#define LOOK_MS      1000  /* between looks while there is nothing to do */
#define CONTACT_MS   2000u /* to wait for the event that says where a guest is written to */
#define PAUSE_MAX_MS 3600000u
#define AWAY_MAX_MS  60000u /* a destination that was away is looked at again after this at most */

/* Threads that may be at work for a channel: whatever hangs in one, the other keeps some. */
static const unsigned places[CHANNEL_MAX] = {[CHANNEL_EMAIL] = 2, [CHANNEL_WEBHOOK] = 4};

/* ---- sharing out the threads ---- */

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
	const bool may = pool->busy[channel] < places[channel] &&
	                 pool->look_at_ms[channel] <= monotonic_ms();
	pool->busy[channel] += may;
	pthread_mutex_unlock(&pool->lock);
	return may;
}

static void
delivery_pool_leave(struct delivery_pool *pool, enum channel channel, bool found)
{
	pthread_mutex_lock(&pool->lock);
	pool->busy[channel]--;
	if (!found)
		pool->look_at_ms[channel] = monotonic_ms() + LOOK_MS;
	pthread_mutex_unlock(&pool->lock);
}

/* ---- one delivery ---- */

static struct retrying
retrying_of(const struct settings *settings, uint32_t most_ms)
{
	return (struct retrying){.first_ms = settings->delivery_retry_ms,
	                         .most_ms = most_ms,
	                         .for_s = settings->delivery_try_s};
}

static void
attempt(const struct app *app, const struct delivery_job *job, struct attempt_result *result)
{
	const struct channel_sender *sender = app->senders[job->channel];
	CLEANUP(free_p) struct mail *mail = NULL;
	struct outgoing_message message = {.job = job,
	                                   .timeout_ms = app->settings->delivery_timeout_ms};
	delivery_id(&job->event, job->role, message.id);
	if (job->channel == CHANNEL_EMAIL) {
		mail = malloc(sizeof(*mail));
		if (!mail) {
			*result = (struct attempt_result){ATTEMPT_RETRY, "no-memory"};
			return;
		}
		mail_compose(job, app->settings->mail_from, mail);
		message.mail = mail;
	}
	sender->send(sender->self, &message, result);
}

/* What a result means for the delivery; pause_ms: until the next try, if there is one. */
static struct delivery_outcome
outcome_of(const struct app *app, const struct delivery_job *job,
           const struct attempt_result *result, uint32_t pause_ms)
{
	const struct retrying retrying = retrying_of(app->settings, PAUSE_MAX_MS);
	struct delivery_outcome outcome = {.state = DELIVERY_FAILED, .tried = true};
	memcpy(outcome.reason, result->reason, REASON_SIZE);
	if (result->outcome == ATTEMPT_DELIVERED) {
		outcome.state = DELIVERY_DELIVERED;
	} else if (retry_is_due(&retrying, result->outcome, job->attempts, job->age_s, pause_ms)) {
		outcome.state = DELIVERY_WAITING;
		outcome.pause_ms = pause_ms;
	}
	return outcome;
}

/* One that was not tried waits on, uncounted, unless its time is over. */
static struct delivery_outcome
outcome_untried(const struct app *app, const struct delivery_job *job, const char *why,
                uint32_t pause_ms)
{
	struct attempt_result result = {.outcome = ATTEMPT_RETRY};
	snprintf(result.reason, REASON_SIZE, "%s", why);
	struct delivery_outcome outcome = outcome_of(app, job, &result, pause_ms);
	outcome.tried = outcome.state == DELIVERY_FAILED;
	return outcome;
}

/* ---- a batch ---- */

struct round {
	const struct app *app;
	struct delivery_batch batch;
	int64_t until_ms; /* no further try begins after this */
	struct attempt_result last;
	unsigned strikes; /* tries in a row that found the destination away */
	bool away;        /* it is: the rest is not tried */
};

/* One try that found nobody may be that delivery's own doing; two in a row are not, nor is one
 * where nobody was found the last time either. */
static bool
is_away(const struct round *round)
{
	return round->strikes >= (round->batch.failures ? 1 : 2);
}

/* The lease must outlast the last try and what is noted of it. */
static int64_t
round_end_ms(const struct settings *settings)
{
	const int64_t most_ms =
		(settings->delivery_lease_s * INT64_C(1000) - settings->delivery_timeout_ms) / 2;
	return monotonic_ms() + (most_ms < BATCH_MS ? most_ms : BATCH_MS);
}

static uint32_t
away_pause_ms(const struct round *round)
{
	const struct retrying retrying = retrying_of(round->app->settings, AWAY_MAX_MS);
	return retry_pause_ms(&retrying, round->batch.failures + 1, random_u32());
}

/* What was not tried goes before what was, the next time: no delivery stays in the way of others.
 */
static struct delivery_outcome
deliver(struct round *round, const struct delivery_job *job)
{
	const struct app *app = round->app;
	if (!job->body) {
		const struct attempt_result nothing = {ATTEMPT_PERMANENT, "no-event"};
		return outcome_of(app, job, &nothing, 0);
	}
	if (!*job->target)
		return outcome_untried(app, job, "no-contact", CONTACT_MS);
	if (round->away)
		return outcome_untried(app, job, round->last.reason, 0);
	if (monotonic_ms() >= round->until_ms)
		return outcome_untried(app, job, "no-turn", 0);
	attempt(app, job, &round->last);
	const bool found_nobody = round->last.outcome == ATTEMPT_UNREACHABLE;
	round->strikes = found_nobody ? round->strikes + 1 : 0;
	round->away = is_away(round);
	const struct retrying retrying =
		retrying_of(app->settings, found_nobody ? AWAY_MAX_MS : PAUSE_MAX_MS);
	return outcome_of(app, job, &round->last,
	                  retry_pause_ms(&retrying, job->attempts, random_u32()));
}

static enum err
batch_send(struct round *round)
{
	const struct delivery_store *store = round->app->deliveries;
	enum err err = OK;
	for (size_t i = 0; i < round->batch.n; i++) {
		struct delivery_job *job = &round->batch.jobs[i];
		const struct delivery_outcome outcome = deliver(round, job);
		enum err settled = store->settle(store->self, job, &outcome);
		err = err == OK ? settled : err;
		free(job->body);
	}
	enum err released = store->release(store->self, round->batch.destination, round->away,
	                                   round->away ? away_pause_ms(round) : 0);
	return err == OK ? released : err;
}

static enum err
round_of(const struct app *app, enum channel channel, bool *ret_found)
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
		err = round_of(app, (enum channel)channel, &found);
		delivery_pool_leave(app->pool, (enum channel)channel, found);
		*ret_more |= found;
	}
	return err;
}
