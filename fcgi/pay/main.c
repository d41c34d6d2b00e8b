/* SPDX-License-Identifier: MIT */
/* fcgi-pay - payments: decided once per booking, shown to guest and host. */
#include "base/mem.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "fcgi/pay/handlers.h"
#include "fcgi/service.h"

static const struct route routes[] = {
	{POST, "/payments", payment_create, .caller = CALLER_NONE, .internal = true},
	{GET, "/payments", payment_list, .caller = CALLER_GUEST_OR_HOST, .fields = true},
	{GET, "/payments/snapshot", payment_snapshot, .caller = CALLER_NONE, .internal = true},
	{GET, "/payments/{id}", payment_read, .caller = CALLER_GUEST_OR_HOST},
};

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err = composition_open(settings, STORE_PAYMENTS, ret_app);
	if (err != OK)
		return err;
	composition_add_acquirer(*ret_app);
	return composition_add_credentials(*ret_app, "pay");
}

static const struct service service = {
	.name = "fcgi-pay",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = app_open,
	.stop = composition_stop,
	.close = composition_close,
	.ready = composition_ready,
	.metrics = composition_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
