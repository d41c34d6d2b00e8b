/* worker-alarm - tells guests and hosts what happened. */
#include "adapters/mariadb/notification_store.h"
#include "app/notification.h"
#include "composition/composition.h"
#include "workers/worker.h"

struct parts {
	struct composition base;
	struct notification_store notifications;
};

static enum err
parts_open(const struct settings *settings, struct app **ret_app)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct parts), settings, &base);
	if (err != OK)
		return err;
	struct parts *parts = (struct parts *)base;
	parts->notifications = notification_store_mariadb(base->db);
	base->app.notifications = &parts->notifications;
	*ret_app = &base->app;
	return OK;
}

static const struct worker worker = {
	.name = "worker-alarm",
	.context = "alarm",
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
			[EVENT_PAYMENT_APPROVED] = true,
			[EVENT_PAYMENT_DECLINED] = true,
			[EVENT_PAYMENT_CANCELED] = true,
		},
	.apply = notification_tell,
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
