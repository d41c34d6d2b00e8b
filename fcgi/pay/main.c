/* fcgi-pay - payments: decided once per book for book, shown to guest and host. */
#include "adapters/mariadb/pay/payment_store.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "fcgi/pay/handlers.h"
#include "fcgi/service.h"

static const struct route routes[] = {
	{POST, "/payments", payment_create, .caller = CALLER_NONE, .internal = true},
	{GET, "/payments", payment_list, .caller = CALLER_GUEST, .fields = true},
	{GET, "/payments/snapshot", payment_snapshot, .caller = CALLER_NONE, .internal = true},
	{GET, "/payments/{id}", payment_read, .caller = CALLER_GUEST},
};

struct parts {
	struct composition base;
	struct payment_store payments;
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
	base->app.payments = &parts->payments;
	*ret_app = &base->app;
	return OK;
}

static const struct service service = {
	.name = "fcgi-pay",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = parts_open,
	.close = composition_close,
	.ready = composition_ready,
	.metrics = composition_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
