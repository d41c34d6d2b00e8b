/* SPDX-License-Identifier: MIT */
/*
 * worker - a program that consumes its context's queue and relays its context's outbox.
 *
 *	static const struct worker worker = {
 *		.name = "worker-pay",
 *		.context = "pay",
 *		.takes = {[EVENT_BOOK_CANCELED] = true, [EVENT_BOOK_EXPIRED] = true},
 *		.apply = apply, .open = app_open, .close = composition_close,
 *	};
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		return worker_run(&worker, argc, argv);
 *	}
 *
 * Its threads: one consumes, if there is a queue; one relays, if the composition has an outbox; one runs each job. None
 * of them needs the broker when the program starts.
 */
#ifndef WORKERS_WORKER_H
#define WORKERS_WORKER_H

#include "app/app.h"
#include "app/metrics.h"

/* Work that is repeated, such as that of the settler. It needs no broker. */
struct worker_job {
	const char *name;
	uint32_t every_ms; /* pause between rounds, at most a minute after one that failed; 0:
	                    * HOTEL_SETTLE_INTERVAL_MS */
	/* One round. ret_more: the next one follows at once. */
	enum err (*run)(const struct app *app, bool *ret_more);
};

struct worker {
	const char *name;    /* "worker-book" */
	const char *context; /* "book": its queue, and its exchange */

	/* The types that it applies; events of other types are acknowledged and ignored. */
	bool takes[EVENT_TYPE_MAX];

	/* NULL: the context has no queue, and the worker needs no broker. Applies events in one transaction, all of them or none. Idempotent: an event that was
	 * applied before changes nothing. disposition.h says what each outcome means. */
	enum err (*apply)(const struct app *app, const struct event events[], size_t n);

	/* Optional: called about once a second when every event that was published until this
	 * instant has been applied. */
	enum err (*caught_up)(const struct app *app, instant_t at);

	const struct worker_job *jobs;
	size_t n_jobs;

	/* Builds the composition once the settings are read, before there are threads. A dependency
	 * that is down must not fail it. The settings outlive the composition. After an error *ret_app
	 * is NULL, or what was built until then: it is closed. */
	enum err (*open)(const struct settings *settings, struct app **ret_app);
	void (*close)(struct app *app);

	/* Optional: whether its dependencies answer, for /readyz. Not the broker: a worker that
	 * waits for its broker is healthy. */
	enum err (*ready)(const struct app *app);

	/* Optional: adds metrics of its own. */
	void (*metrics)(const struct app *app, struct metrics *to);
};

/*
 * Runs the program from its command line to its end: --help, --version, --check-config; settings,
 * log, composition, admin listener, threads. After SIGTERM or SIGINT it finishes and acknowledges
 * its batch, waits for outstanding confirms, and ends. Returns the exit status: 0 ended as
 * requested, 1 failed, 2 wrong usage or settings (all faults on stderr).
 */
int worker_run(const struct worker *worker, int argc, char **argv);

#endif
