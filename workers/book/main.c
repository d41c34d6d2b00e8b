/* SPDX-License-Identifier: MIT */
/*
 * worker-book - keeps the offers of rooms, settles the bookings that were left open, and relays
 * book's events.
 */
#include "app/book/book.h"
#include "app/book/book_settle.h"
#include "app/purge.h"
#include "base/mem.h"
#include "composition/clients.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "workers/worker.h"

#define SETTLER_THREADS 4
#define OPEN_MAX_MS     1000 /* the breaker: what waits is paid soon after pay is back */

/* The settler has a circuit breaker of its own: its retries must not shut out guests who pay now.
 */
static const struct pay_access settler_access = {.breaker = "settler",
                                                 .other = "pay",
                                                 .open_max_ms = OPEN_MAX_MS,
                                                 .places = SETTLER_THREADS};

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err =
		composition_open(settings, STORE_BOOKS | STORE_OUTBOX | STORE_ERASED, ret_app);
	if (err == OK)
		err = composition_add_service_issuer(*ret_app, "book");
	return err == OK ? composition_add_pay(*ret_app, &settler_access) : err;
}

static enum err
keep_offers(const struct app *app, const struct event events[], size_t n)
{
	return app->books->offers_apply(app->books->self, events, n);
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	uint64_t pending;
	pay_metrics(app, to);
	if (to->db_answers && app->books->pending(app->books->self, &pending) == OK)
		METRIC(to, METRIC_BOOKS_PENDING, pending);
	METRIC(to, METRIC_BOOKS_PENDING_LIMIT, app->settings->pending_limit);
	purge_metrics(app, to);
	composition_metrics(app, to);
}

static const struct worker_job jobs[SETTLER_THREADS + 2] = {
	{"settler", 0, book_settle_due},       {"settler-2", 0, book_settle_help},
	{"settler-3", 0, book_settle_help},    {"settler-4", 0, book_settle_help},
	{"purge", PURGE_EVERY_MS, purge_book}, {"erased", ERASED_EVERY_MS, erased_keep},
};

static const struct worker worker = {
	.name = "worker-book",
	.context = "book",
	.takes =
		{
			[EVENT_ROOM_REGISTERED] = true,
			[EVENT_ROOM_CHANGED] = true,
			[EVENT_ROOM_DELETED] = true,
		},
	.apply = keep_offers,
	.jobs = jobs,
	.n_jobs = ARRAY_SIZE(jobs),
	.open = app_open,
	.close = composition_close,
	.ready = composition_ready,
	.metrics = app_metrics,
};

int
main(int argc, char **argv)
{
	return worker_run(&worker, argc, argv);
}
