/*
 * worker-book - keeps the offers by what room tells, settles what was left open, and relays book's
 * events.
 */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/system/shared_breaker.h"
#include "app/book/book.h"
#include "app/book/pay_call.h"
#include "app/purge.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "workers/worker.h"

#define PLACES 1 /* inside pay: the settler makes one call after the other */

struct parts {
	struct composition base;
	struct purged purged;
	struct book_store books;
	struct outbox outbox;
	struct pay_client pay;
	struct shared_breaker pay_breaker;
	struct bulkhead bulkhead;
};

static void
parts_close(struct app *app)
{
	struct parts *parts = (struct parts *)app;
	bulkhead_close(&parts->bulkhead);
	shared_breaker_close(&parts->pay_breaker);
	pay_client_close(&parts->pay);
	composition_close(app);
}

/* The settler's way to pay, through a breaker of its own: what it learns by trying again must not
 * shut out guests who pay now. */
static enum err
pay_open(const struct settings *settings, struct parts *parts)
{
	const struct breaker_limits limits = {
		.failures = settings->breaker_failures,
		.open_ms = settings->breaker_open_ms,
		.lease_ms = 2 * settings->pay_timeout_ms,
	};
	enum err err = http_start();
	if (err == OK)
		err = pay_client_open(settings, &parts->pay);
	if (err == OK)
		err = shared_breaker_open(settings->run_dir, "settler", &limits,
		                          &parts->pay_breaker);
	if (err == OK)
		err = bulkhead_open(PLACES, &parts->bulkhead);
	return err;
}

static enum err
parts_open(const struct settings *settings, struct app **ret_app)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct parts), settings, &base);
	if (err != OK)
		return err;
	struct parts *parts = (struct parts *)base;
	err = pay_open(settings, parts);
	if (err != OK) {
		parts_close(&base->app);
		return err;
	}
	parts->books = book_store_mariadb(base->db);
	parts->outbox = outbox_mariadb(base->db);
	base->app.books = &parts->books;
	base->app.outbox = &parts->outbox;
	base->app.pay = &parts->pay;
	base->app.pay_breaker = &parts->pay_breaker;
	base->app.bulkhead = &parts->bulkhead;
	base->app.purged = &parts->purged;
	*ret_app = &base->app;
	return OK;
}

static enum err
keep_offers(const struct app *app, const struct event events[], size_t n)
{
	return app->books->offers_apply(app->books->self, events, n);
}

static void
parts_metrics(const struct app *app, struct metrics *to)
{
	uint64_t pending;
	pay_metrics(app, to);
	if (to->db_answers && app->books->pending(app->books->self, &pending) == OK)
		METRIC(to, METRIC_BOOKS_PENDING, pending);
	METRIC(to, METRIC_BOOKS_PENDING_LIMIT, app->settings->pending_limit);
	purge_metrics(app, to);
	composition_metrics(app, to);
}

static const struct worker_job jobs[] = {{"settler", 0, book_settle},
                                         {"purge", PURGE_EVERY_MS, purge_book}};

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
