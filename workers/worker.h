/*
 * worker - a program that consumes its context's queue and relays its context's outbox.
 *
 *	static const struct worker worker = {
 *		.name = "worker-pay",
 *		.context = "pay",
 *		.takes = {[EVENT_BOOK_CANCELED] = true, [EVENT_BOOK_EXPIRED] = true},
 *		.apply = apply, .open = open_parts, .close = close_parts, .ready = ready,
 *	};
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		return worker_run(&worker, argc, argv);
 *	}
 *
 * Its threads: one consumes; one relays, if the composition has an outbox; one for each job. None
 * of them needs the broker to be there when the program starts.
 */
#ifndef WORKERS_WORKER_H
#define WORKERS_WORKER_H

#include "app/app.h"
#include "app/metrics.h"

/* Something to be done again and again, such as settling. Needs no broker. */
struct worker_job {
	const char *name;
	uint32_t every_ms; /* between rounds, after one that failed a minute at most; 0:
	                    * HOTEL_SETTLE_INTERVAL_MS */
	/* One round. ret_more: the next one is to follow at once. */
	enum err (*run)(const struct app *app, bool *ret_more);
};

struct worker {
	const char *name;    /* "worker-book" */
	const char *context; /* "book": its queue, and its exchange */

	/* The types that mean something here; others are acknowledged and that is all. */
	bool takes[EVENT_TYPE_MAX];

	/* Applies events in one transaction, all of them or none; one that was applied before
	 * changes nothing. What its outcomes mean: disposition.h. */
	enum err (*apply)(const struct app *app, const struct event events[], size_t n);

	/* Optional: up to this instant everything that was there to read has been applied. About
	 * once a second. */
	enum err (*caught_up)(const struct app *app, instant_t at);

	const struct worker_job *jobs;
	size_t n_jobs;

	/* Builds the composition once the settings are read, before there are threads; a part that
	 * is down must not fail it. The settings outlive it. */
	enum err (*open)(const struct settings *settings, struct app **ret_app);
	void (*close)(struct app *app);

	/* Optional: whether the parts it needs answer, for /readyz. Not the broker: a worker that
	 * waits for it is well. */
	enum err (*ready)(const struct app *app);

	/* Optional: tells its own figures. */
	void (*metrics)(const struct app *app, struct metrics *to);
};

/*
 * The whole life of the program: --help, --version, --check-config; settings, log, composition,
 * admin listener, threads; on SIGTERM or SIGINT the batch at hand is finished and acknowledged,
 * outstanding confirms are awaited, and it ends. Returns the exit status: 0 ended as asked, 1
 * failed while running, 2 wrong usage or settings (all faults on stderr).
 */
int worker_run(const struct worker *worker, int argc, char **argv);

#endif
