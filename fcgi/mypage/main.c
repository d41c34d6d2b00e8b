/* fcgi-mypage - the own page of guests and hosts, read from its own tables. */
#include "adapters/mariadb/mypage/mypage_store.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "fcgi/mypage/handlers.h"
#include "fcgi/service.h"

static const struct route routes[] = {
	{GET, "/mypages", mypage_list, .caller = CALLER_GUEST, .fields = true},
	{GET, "/mypages/{bookId}", mypage_read, .caller = CALLER_GUEST},
};

struct parts {
	struct composition base;
	struct mypage_store mypages;
};

static enum err
parts_open(const struct settings *settings, struct app **ret_app)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct parts), settings, &base);
	if (err != OK)
		return err;
	struct parts *parts = (struct parts *)base;
	parts->mypages = mypage_store_mariadb(base->db);
	base->app.mypages = &parts->mypages;
	*ret_app = &base->app;
	return OK;
}

static const struct service service = {
	.name = "fcgi-mypage",
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
