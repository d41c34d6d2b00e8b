/* SPDX-License-Identifier: MIT */
/* worker - a worker program from its command line to its end. */
#include "workers/worker.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "program/daemon.h"
#include "program/stop.h"
#include "workers/consume.h"
#include "workers/relay.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A consumer, a relay and a thread for each job; worker-book, which has the most, uses 8. A thread that waits costs
 * a stack that is not touched, so there is room for as many more. */
#define THREADS_MAX 16
#define FAILED_MS   60000 /* longest pause after a round that failed; JobsFailing relies on it */
#define END_MS      20000 /* for the threads to end; longer than any of their waits */
#define ATTEMPT_MS  6000  /* beside its timeout, for the delivery that is being attempted */

static const char help[] =
	"Usage: $0 [--check-config | --version | --help]\n"
	"Apply the events of a context's queue, publish those of its outbox, and do its jobs.\n"
	"\n"
	"The program needs no broker to start and waits for it. After SIGTERM or SIGINT it "
	"finishes\n"
	"its batch, acknowledges it and ends. Settings come from the environment (HOTEL_*);\n"
	"HOTEL_AMQP_USER is required where there is a queue.\n"
	"\n"
	"Options:\n"
	"  --check-config  print every setting with its value and meaning\n"
	"  --version       print the version\n"
	"  --help          print this help\n"
	"\n"
	"Exit status:\n"
	"  0  ended as requested\n"
	"  1  failed\n"
	"  2  wrong usage or settings\n"
	"\n"
	"Examples:\n"
	"  HOTEL_AMQP_USER=hotel_book $0 --check-config\n";

/* A job with what it needs. */
struct job {
	const struct worker_job *spec;
	const struct app *app;
	const struct stop *stop;
	struct activity activity; /* of a round */
	atomic_ullong failed;     /* rounds, for metrics */
};

/* A running worker. */
struct running_worker {
	const struct worker *worker;
	struct daemon daemon;
	struct app *app;
	struct stop stop;
	struct consume consume;
	struct relay relay;
	struct job jobs[THREADS_MAX];
	pthread_t threads[THREADS_MAX];
	const struct activity *activities[THREADS_MAX]; /* of each thread */
	size_t n_threads;
};

static uint32_t
pause_after(const struct job *job, enum err err)
{
	const uint32_t every_ms = job->spec->every_ms;
	if (every_ms == 0)
		return job->app->settings->settle_interval_ms;
	return err != OK && every_ms > FAILED_MS ? FAILED_MS : every_ms;
}

static void *
job_run(void *arg)
{
	struct job *job = arg;
	uint32_t pause_ms = 0;
	while (!stop_wait(job->stop, pause_ms)) {
		bool more = false;
		activity_begin(&job->activity);
		enum err err = job->spec->run(job->app, &more);
		activity_end(&job->activity);
		if (err != OK) {
			job->failed++;
			LOG(LOG_WARN, "job-interrupted", LOG_TEXT("job", job->spec->name),
			    LOG_TEXT("error", err_name(err)));
		}
		pause_ms = err == OK && more ? 0 : pause_after(job, err);
	}
	return NULL;
}

static enum err
ready(void *arg)
{
	const struct running_worker *running = arg;
	return running->worker->ready ? running->worker->ready(running->app) : OK;
}

/* ---- metrics ---- */

/* One line for each thread that has a broker of its own. */
static void
brokers_metrics(const struct running_worker *running, enum metric metric,
                bool (*is)(const struct broker *broker), struct metrics *to)
{
	const struct broker *relay = running->relay.broker;
	if (running->worker->apply)
		METRIC(to, metric, is(running->consume.broker), "consume");
	if (relay)
		METRIC(to, metric, is(relay), "relay");
}

static void
metrics(void *arg, struct metrics *to)
{
	const struct running_worker *running = arg;
	brokers_metrics(running, METRIC_BROKER_CONNECTED, broker_is_connected, to);
	brokers_metrics(running, METRIC_BROKER_BLOCKED, broker_is_blocked, to);
	if (running->worker->apply)
		consume_metrics(&running->consume, to);
	for (size_t i = 0; i < running->worker->n_jobs; i++)
		METRIC(to, METRIC_JOBS_FAILED, running->jobs[i].failed,
		       running->worker->jobs[i].name);
	if (running->app->outbox)
		relay_metrics(&running->relay, to);
	if (running->worker->metrics)
		running->worker->metrics(running->app, to);
}

static enum err
thread_start(struct running_worker *running, void *(*run)(void *), void *arg,
             const struct activity *activity)
{
	if (running->n_threads == THREADS_MAX)
		return ERR_BUG_HERE();
	const int code = pthread_create(&running->threads[running->n_threads], NULL, run, arg);
	if (code != 0)
		return ERR_SYSTEM_CODE(code);
	running->activities[running->n_threads++] = activity;
	return OK;
}

/* The threads end in time unless they are stuck. */
static int64_t
end_limit_ms(const struct settings *settings)
{
	const int64_t attempt_ms = (int64_t)settings->delivery_timeout_ms + ATTEMPT_MS;
	return attempt_ms > END_MS ? attempt_ms : END_MS;
}

/* Waits for all threads. If one does not end in time, the process ends without it: the next process
 * repeats what the thread was doing. */
static void
threads_join(struct running_worker *running)
{
	const struct timespec until = realtime_in_ms(end_limit_ms(&running->daemon.settings));
	for (size_t i = 0; i < running->n_threads; i++) {
		if (pthread_timedjoin_np(running->threads[i], NULL, &until) == 0)
			continue;
		LOG(LOG_ERROR, "stuck", LOG_NUMBER("thread", i));
		_exit(EXIT_FAILURE);
	}
}

static enum err
parts_open(struct running_worker *running)
{
	const struct worker *worker = running->worker;
	enum err err = stop_open(&running->stop);
	if (err == OK && worker->n_jobs > THREADS_MAX)
		err = ERR_BUG_HERE();
	if (err == OK)
		err = worker->open(&running->daemon.settings, &running->app);
	if (err != OK)
		return err;
	for (size_t i = 0; i < running->worker->n_jobs; i++)
		running->jobs[i] = (struct job){.spec = &running->worker->jobs[i],
		                                .app = running->app,
		                                .stop = &running->stop};
	if (worker->apply)
		err = consume_open(&running->consume, worker, running->app, &running->stop);
	if (err == OK && running->app->outbox)
		err = relay_open(&running->relay, worker, running->app, &running->stop);
	if (err == OK)
		err = daemon_admin(&running->daemon, ready, metrics, running);
	return err;
}

/* A stuck thread cannot be ended, so the process ends; its supervisor starts another, which repeats
 * what this one was doing. */
static void
stuck_threads_check(void *arg)
{
	struct running_worker *running = arg;
	int64_t limit_ms = running->daemon.settings.round_timeout_ms;
	/* A broker that is short of memory or disk may refuse messages for hours. */
	if (running->relay.broker && broker_is_blocked(running->relay.broker))
		activity_restart(&running->relay.activity);
	for (size_t i = 0; i < running->n_threads; i++) {
		if (!activity_is_stuck(running->activities[i], limit_ms))
			continue;
		LOG(LOG_ERROR, "thread-stuck", LOG_NUMBER("thread", i),
		    LOG_NUMBER("limit_ms", limit_ms));
		_exit(EXIT_FAILURE);
	}
}

/* From the first thread to the last. */
static enum err
threads_run(struct running_worker *running)
{
	const struct worker *worker = running->worker;
	enum err err = OK;
	if (worker->apply)
		err = thread_start(running, consume_run, &running->consume,
		                   &running->consume.activity);
	if (err == OK && running->app->outbox)
		err = thread_start(running, relay_run, &running->relay, &running->relay.activity);
	for (size_t i = 0; err == OK && i < worker->n_jobs; i++)
		err = thread_start(running, job_run, &running->jobs[i], &running->jobs[i].activity);
	if (err == OK) {
		LOG(LOG_INFO, "started", LOG_TEXT("context", running->worker->context));
		int which = daemon_await(&running->daemon, stuck_threads_check, running);
		LOG(LOG_INFO, "ending", LOG_NUMBER("signal", which));
	}
	stop_ask(&running->stop);
	threads_join(running);
	return err;
}

/* A worker with a queue has a broker user of its own: there is no default. */
static enum err
settings_check(const struct settings *settings)
{
	if (*settings->amqp_user)
		return OK;
	fputs("HOTEL_AMQP_USER is not set: a worker needs one\n", stderr);
	return ERR_INVALID;
}

int
worker_run(const struct worker *worker, int argc, char **argv)
{
	/* static: it outlives threads that did not end in time */
	static struct running_worker running;
	int status;
	running = (struct running_worker){.worker = worker, .stop = {.fd = -1}};
	if (!daemon_start(&running.daemon, worker->name, help,
	                  worker->apply ? settings_check : NULL, argc, argv, &status))
		return status;
	enum err err = parts_open(&running);
	if (err == OK)
		err = threads_run(&running);
	/* In the reverse order; those that were never opened are empty. */
	daemon_end(&running.daemon);
	relay_close(&running.relay);
	consume_close(&running.consume);
	if (running.app)
		running.worker->close(running.app);
	stop_close(&running.stop);
	if (err != OK)
		LOG(LOG_ERROR, "failed", LOG_TEXT("error", err_name(err)));
	return err == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
