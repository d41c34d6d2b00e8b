/* worker - the life of a worker program. */
#include "workers/worker.h"

#include "adapters/system/admin.h"
#include "base/log.h"
#include "base/mem.h"
#include "workers/consume.h"
#include "workers/relay.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXIT_USAGE  2
#define THREADS_MAX 8
#define WATCH_MS    1000  /* between looks at the threads */
#define FAILED_MS   60000 /* at most, after a round that failed: JobsFailing counts on it */
#define END_LIMIT_S 20    /* for the threads to end; longer than any of their waits */
#define OUTPUT_MAX  65536

extern char **environ;

/* A job with what it needs. */
struct job {
	const struct worker_job *what;
	const struct app *app;
	const struct stop *stop;
	struct activity activity; /* of a round */
	atomic_ullong failed;     /* rounds, for metrics */
};

struct program {
	const struct worker *worker;
	struct settings settings;
	struct app *app;
	struct stop stop;
	struct consume consume;
	struct relay relay;
	struct job jobs[THREADS_MAX];
	struct admin *admin;
	pthread_t threads[THREADS_MAX];
	const struct activity *activities[THREADS_MAX]; /* of each thread */
	size_t n_threads;
};

static uint32_t
pause_after(const struct job *job, enum err err)
{
	const uint32_t every_ms = job->what->every_ms;
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
		enum err err = job->what->run(job->app, &more);
		activity_end(&job->activity);
		if (err != OK) {
			job->failed++;
			LOG(LOG_WARN, "job-interrupted", LOG_TEXT("job", job->what->name),
			    LOG_TEXT("error", err_name(err)));
		}
		pause_ms = err == OK && more ? 0 : pause_after(job, err);
	}
	return NULL;
}

static enum err
ready(void *arg)
{
	const struct program *program = arg;
	return program->worker->ready ? program->worker->ready(program->app) : OK;
}

/* ---- metrics ---- */

/* One line for each thread that has a broker of its own. */
static void
brokers_tell(const struct program *program, enum metric metric,
             bool (*is)(const struct broker *broker), struct metrics *to)
{
	const struct broker *relay = program->relay.broker;
	METRIC(to, metric, is(program->consume.broker), "consume");
	if (relay)
		METRIC(to, metric, is(relay), "relay");
}

static void
jobs_tell(const struct program *program, struct metrics *to)
{
	for (size_t i = 0; i < program->worker->n_jobs; i++)
		METRIC(to, METRIC_JOBS_FAILED, program->jobs[i].failed,
		       program->worker->jobs[i].name);
}

static void
metrics(void *arg, struct metrics *to)
{
	const struct program *program = arg;
	brokers_tell(program, METRIC_BROKER_CONNECTED, broker_is_connected, to);
	brokers_tell(program, METRIC_BROKER_BLOCKED, broker_is_blocked, to);
	consume_metrics(&program->consume, to);
	jobs_tell(program, to);
	if (program->app->outbox)
		relay_metrics(&program->relay, to);
	if (program->worker->metrics)
		program->worker->metrics(program->app, to);
}

static enum err
thread_start(struct program *program, void *(*run)(void *), void *arg,
             const struct activity *activity)
{
	if (program->n_threads == THREADS_MAX)
		return ERR_BUG_HERE();
	const int code = pthread_create(&program->threads[program->n_threads], NULL, run, arg);
	if (code != 0)
		return ERR_SYSTEM_CODE(code);
	program->activities[program->n_threads++] = activity;
	return OK;
}

static enum err
threads_start(struct program *program)
{
	const struct worker *worker = program->worker;
	enum err err =
		thread_start(program, consume_run, &program->consume, &program->consume.activity);
	if (err == OK && program->app->outbox)
		err = thread_start(program, relay_run, &program->relay, &program->relay.activity);
	for (size_t i = 0; err == OK && i < worker->n_jobs; i++)
		err = thread_start(program, job_run, &program->jobs[i], &program->jobs[i].activity);
	return err;
}

/* Waits for all threads. One that does not end in time is given up, and the program with it: what
 * it was doing is done again by the next. */
static void
threads_join(struct program *program)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += END_LIMIT_S;
	for (size_t i = 0; i < program->n_threads; i++) {
		if (pthread_timedjoin_np(program->threads[i], NULL, &until) == 0)
			continue;
		LOG(LOG_ERROR, "stuck", LOG_NUMBER("thread", i));
		_exit(EXIT_FAILURE);
	}
}

static void
jobs_make(struct program *program)
{
	for (size_t i = 0; i < program->worker->n_jobs; i++)
		program->jobs[i] = (struct job){.what = &program->worker->jobs[i],
		                                .app = program->app,
		                                .stop = &program->stop};
}

/* The admin listener comes last: it may be asked about all the others at once. */
static enum err
parts_open(struct program *program)
{
	const struct worker *worker = program->worker;
	const struct admin_hooks hooks = {.version = HOTEL_VERSION,
	                                  .folder = program->settings.run_dir,
	                                  .ready = ready,
	                                  .metrics = metrics,
	                                  .arg = program};
	enum err err = worker->open(&program->settings, &program->app);
	if (err != OK)
		return err;
	jobs_make(program);
	err = consume_open(&program->consume, worker, program->app, &program->stop);
	if (err == OK && program->app->outbox)
		err = relay_open(&program->relay, worker, program->app, &program->stop);
	if (err == OK)
		err = admin_open(program->settings.admin_socket, &hooks, &program->admin);
	return err;
}

/* In the reverse order; those that were never opened are empty. */
static void
parts_close(struct program *program)
{
	admin_close(program->admin);
	relay_close(&program->relay);
	consume_close(&program->consume);
	if (program->app)
		program->worker->close(program->app);
	stop_close(&program->stop);
}

/* A stuck thread cannot be ended, so the process is; its supervisor starts another, which does
 * again what this one was at. */
static void
watch(struct program *program)
{
	int64_t limit_ms = program->settings.round_timeout_ms;
	/* A broker that is short of memory or disk wants no publishing, for hours perhaps. */
	if (program->relay.broker && broker_is_blocked(program->relay.broker))
		activity_restart(&program->relay.activity);
	for (size_t i = 0; i < program->n_threads; i++) {
		if (!activity_is_stuck(program->activities[i], limit_ms))
			continue;
		LOG(LOG_ERROR, "thread-stuck", LOG_NUMBER("thread", i),
		    LOG_NUMBER("limit_ms", limit_ms));
		_exit(EXIT_FAILURE);
	}
}

/* Until we are asked to end; which signal it was. */
static int
end_await(struct program *program, const sigset_t *signals)
{
	const struct timespec tick = {.tv_sec = WATCH_MS / 1000,
	                              .tv_nsec = WATCH_MS % 1000 * 1000000L};
	int which;
	while ((which = sigtimedwait(signals, NULL, &tick)) < 0)
		watch(program);
	return which;
}

/* From the first thread to the last. signals are blocked, and waited for here. */
static enum err
run(struct program *program, const sigset_t *signals)
{
	enum err err = threads_start(program);
	if (err == OK) {
		LOG(LOG_INFO, "started", LOG_TEXT("context", program->worker->context));
		int which = end_await(program, signals);
		LOG(LOG_INFO, "ending", LOG_NUMBER("signal", which));
	}
	stop_ask(&program->stop);
	threads_join(program);
	return err;
}

static int
life(struct program *program)
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	enum err err = OK;
	if (sigaction(SIGPIPE, &ignored, NULL) || pthread_sigmask(SIG_BLOCK, &signals, NULL))
		err = ERR_SYSTEM_HERE();
	if (err == OK)
		err = stop_open(&program->stop);
	if (err == OK) {
		err = parts_open(program);
		if (err == OK)
			err = run(program, &signals);
		parts_close(program);
	}
	if (err != OK)
		LOG(LOG_ERROR, "failed", LOG_TEXT("error", err_name(err)));
	return err == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
usage(const struct worker *worker, FILE *to, int status)
{
	fprintf(to,
	        "usage: %s [--check-config | --help | --version]\n"
	        "Consumes the events of the context %s%s. It is set up by HOTEL_* variables;\n"
	        "--check-config prints them all.\n",
	        worker->name, worker->context,
	        worker->n_jobs ? " and does its background work" : "");
	return status;
}

/* Without a user at the broker a worker is nobody: that is a fault, not a default. */
static enum err
settings_of_worker(struct settings *ret_settings, struct buf *ret_faults)
{
	enum err err = settings_read(environ, ret_settings, ret_faults);
	if (err != OK || *ret_settings->amqp_user)
		return err;
	err = buf_addf(ret_faults, "HOTEL_AMQP_USER is not set: a worker needs one\n");
	return err == OK ? ERR_INVALID : err;
}

static int
config_print(const struct settings *settings)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(OUTPUT_MAX);
	if (conf_print(settings_items, settings_count, settings, &text) != OK)
		return EXIT_FAILURE;
	fputs(text.data, stdout);
	return EXIT_SUCCESS;
}

int
worker_run(const struct worker *worker, int argc, char **argv)
{
	static struct program program; /* it outlives threads that had to be given up */
	CLEANUP(buf_done) struct buf faults = BUF_INIT(OUTPUT_MAX);
	const char *option = argc > 1 ? argv[1] : "";
	if (argc > 2 || (*option && strcmp(option, "--check-config") != 0 &&
	                 strcmp(option, "--help") != 0 && strcmp(option, "--version") != 0))
		return usage(worker, stderr, EXIT_USAGE);
	if (strcmp(option, "--help") == 0)
		return usage(worker, stdout, EXIT_SUCCESS);
	if (strcmp(option, "--version") == 0)
		return printf("%s %s\n", worker->name, HOTEL_VERSION) < 0;
	if (settings_of_worker(&program.settings, &faults) != OK) {
		fprintf(stderr, "%s: wrong settings:\n%s", worker->name,
		        faults.data ? faults.data : "");
		return EXIT_USAGE;
	}
	if (*option)
		return config_print(&program.settings);
	log_init(worker->name, (enum log_level)program.settings.log_level);
	program.worker = worker;
	return life(&program);
}
