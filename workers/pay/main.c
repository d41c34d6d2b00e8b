/*
 * worker-pay - gives back, or refuses for ever, the payment of a book that came to nothing, and
 * relays pay's events.
 */
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/pay/payment_store.h"
#include "composition/composition.h"
#include "workers/worker.h"

struct parts {
	struct composition base;
	struct payment_store payments;
	struct outbox outbox;
};

static enum err
parts_open(const struct settings *settings, struct app **ret_app)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct parts), settings, &base);
	if (err != OK)
		return err;
	struct parts *parts = (struct parts *)base;
	parts->payments = payment_store_mariadb(base->db);
	parts->outbox = outbox_mariadb(base->db);
	base->app.payments = &parts->payments;
	base->app.outbox = &parts->outbox;
	*ret_app = &base->app;
	return OK;
}

static enum err
revoke(const struct app *app, const struct event events[], size_t n)
{
	return app->payments->revoke(app->payments->self, events, n);
}

static const struct worker worker = {
	.name = "worker-pay",
	.context = "pay",
	.takes =
		{
			[EVENT_BOOK_REJECTED] = true,
			[EVENT_BOOK_EXPIRED] = true,
			[EVENT_BOOK_CANCELED] = true,
		},
	.apply = revoke,
	.open = parts_open,
	.close = composition_close,
	.ready = composition_ready,
	.metrics = composition_metrics,
};

int
main(int argc, char **argv)
{
	return worker_run(&worker, argc, argv);
}
