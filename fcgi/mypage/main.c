/* SPDX-License-Identifier: MIT */
/* fcgi-mypage - the bookings of guests and hosts, read from tables of its own. */
#include "base/mem.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "fcgi/mypage/handlers.h"
#include "fcgi/service.h"

static const struct route routes[] = {
	{GET, "/mypages", mypage_list, .caller = CALLER_GUEST_OR_HOST, .fields = true},
	{GET, "/mypages/{bookId}", mypage_read, .caller = CALLER_GUEST_OR_HOST},
};

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err = composition_open(settings, STORE_MYPAGES, ret_app);
	return err == OK ? composition_add_credentials(*ret_app, "mypage") : err;
}

static const struct service service = {
	.name = "fcgi-mypage",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = app_open,
	.close = composition_close,
	.ready = composition_ready,
	.metrics = composition_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
