/* SPDX-License-Identifier: MIT */
/* worker-mypage - merges all events into the view of bookings. */
#include "app/purge.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "workers/worker.h"

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	return composition_open(settings, STORE_MYPAGES, ret_app);
}

static enum err
merge(const struct app *app, const struct event events[], size_t n)
{
	return app->mypages->merge(app->mypages->self, events, n);
}

static enum err
caught_up(const struct app *app, instant_t at)
{
	return app->mypages->caught_up(app->mypages->self, at);
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	purge_metrics(app, to);
	composition_metrics(app, to);
}

static const struct worker_job jobs[] = {{"purge", PURGE_EVERY_MS, purge_audit}};

static const struct worker worker = {
	.name = "worker-mypage",
	.context = "mypage",
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
			[EVENT_BOOK_CLAIMED] = true,
			[EVENT_BOOK_ERASED] = true,
			[EVENT_PAYMENT_APPROVED] = true,
			[EVENT_PAYMENT_DECLINED] = true,
			[EVENT_PAYMENT_CANCELED] = true,
			[EVENT_PAYMENT_CLAIMED] = true,
		},
	.apply = merge,
	.caught_up = caught_up,
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
