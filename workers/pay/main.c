/* SPDX-License-Identifier: MIT */
/*
 * worker-pay - cancels, or refuses for good, the payment of a booking that is rejected, expired or
 * cancelled, gives that of a claimed booking to its account, closes that of an erased one to its key,
 * and relays pay's events.
 */
#include "app/purge.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "workers/worker.h"

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	return composition_open(settings, STORE_PAYMENTS | STORE_OUTBOX, ret_app);
}

static enum err
bookings_apply(const struct app *app, const struct event events[], size_t n)
{
	return app->payments->bookings_apply(app->payments->self, events, n);
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	purge_metrics(app, to);
	composition_metrics(app, to);
}

static const struct worker_job jobs[] = {{"purge", PURGE_EVERY_MS, purge_audit}};

static const struct worker worker = {
	.name = "worker-pay",
	.context = "pay",
	.takes =
		{
			[EVENT_BOOK_REJECTED] = true,
			[EVENT_BOOK_EXPIRED] = true,
			[EVENT_BOOK_CANCELED] = true,
			[EVENT_BOOK_CLAIMED] = true,
			[EVENT_BOOK_ERASED] = true,
		},
	.apply = bookings_apply,
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
