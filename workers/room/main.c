/* SPDX-License-Identifier: MIT */
/*
 * worker-room - keeps the taken nights that the search reads, finishes the closing of rooms that
 * fcgi-room began, and relays room's events.
 */
#include "app/purge.h"
#include "app/room/room.h"
#include "base/mem.h"
#include "composition/clients.h"
#include "composition/composition.h"
#include "composition/room_index.h"
#include "composition/tokens.h"
#include "workers/worker.h"

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err = composition_open(settings, STORE_ROOMS | STORE_OUTBOX, ret_app);
	if (err == OK)
		err = composition_note_room_changes(*ret_app);
	if (err == OK)
		err = composition_add_service_issuer(*ret_app, "room");
	return err == OK ? composition_add_book_client(*ret_app) : err;
}

static enum err
stays_apply(const struct app *app, const struct event events[], size_t n)
{
	return app->rooms->stays_apply(app->rooms->self, events, n);
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	purge_metrics(app, to);
	composition_metrics(app, to);
}

static const struct worker_job jobs[] = {{"closings", 0, room_finish_closings},
                                         {"purge", PURGE_EVERY_MS, purge_room}};

static const struct worker worker = {
	.name = "worker-room",
	.context = "room",
	.takes =
		{
			[EVENT_BOOK_PENDING] = true,
			[EVENT_BOOKED] = true,
			[EVENT_BOOK_REJECTED] = true,
			[EVENT_BOOK_EXPIRED] = true,
			[EVENT_BOOK_CANCELED] = true,
			[EVENT_BOOK_CLAIMED] = true,
			[EVENT_BOOK_ERASED] = true,
		},
	.apply = stays_apply,
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
