/*
 * worker-room - keeps the search's taken nights by what book tells, finishes the closing of rooms
 * that fcgi-room began, and relays room's events.
 */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/room/room_store.h"
#include "app/purge.h"
#include "app/room/room.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "workers/worker.h"

struct parts {
	struct composition base;
	struct purged purged;
	struct room_store rooms;
	struct book_client book_client;
	struct outbox outbox;
};

static void
parts_close(struct app *app)
{
	book_client_close(&((struct parts *)app)->book_client);
	composition_close(app);
}

static enum err
parts_open(const struct settings *settings, struct app **ret_app)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct parts), settings, &base);
	if (err != OK)
		return err;
	struct parts *parts = (struct parts *)base;
	err = http_start();
	if (err == OK)
		err = book_client_open(settings, &parts->book_client);
	if (err != OK) {
		parts_close(&base->app);
		return err;
	}
	parts->rooms = room_store_mariadb(base->db);
	parts->outbox = outbox_mariadb(base->db);
	base->app.rooms = &parts->rooms;
	base->app.book_client = &parts->book_client;
	base->app.outbox = &parts->outbox;
	base->app.purged = &parts->purged;
	*ret_app = &base->app;
	return OK;
}

static enum err
take_nights(const struct app *app, const struct event events[], size_t n)
{
	return app->rooms->take(app->rooms->self, events, n);
}

static void
parts_metrics(const struct app *app, struct metrics *to)
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
		},
	.apply = take_nights,
	.jobs = jobs,
	.n_jobs = ARRAY_SIZE(jobs),
	.open = parts_open,
	.close = parts_close,
	.ready = composition_ready,
	.metrics = parts_metrics,
};

int
main(int argc, char **argv)
{
	return worker_run(&worker, argc, argv);
}
