/* fcgi-book - bookings: a stay in a room, held, paid and maybe cancelled. */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/mariadb/book/book_store.h"
#include "adapters/system/shared_breaker.h"
#include "app/book/pay_call.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "fcgi/book/handlers.h"
#include "fcgi/service.h"

#define PAGE "/booking.html"

static const struct route routes[] = {
	{GET, "/books", book_list, .caller = CALLER_GUEST, .fields = true},
	{POST, "/books", book_create, .page = PAGE, .caller = CALLER_BOOKER, .fields = true},
	{GET, "/books/{id}", book_read, .caller = CALLER_GUEST},
	{DELETE, "/books/{id}", book_delete, .caller = CALLER_GUEST},
	{POST, "/books/{id}/cancel", book_delete, .page = PAGE},
	{POST, "/books/{id}/payment", book_payment, .page = PAGE, .fields = true},
	{GET, "/books/{id}/timeline", book_timeline, .caller = CALLER_GUEST},
	{GET, "/books/snapshot", book_snapshot, .caller = CALLER_NONE, .internal = true},
	{POST, "/books/rooms/{roomId}/close", book_room_close, .caller = CALLER_NONE,
         .internal = true},
};

struct parts {
	struct composition base;
	struct book_store books;
	struct pay_client pay;
	struct room_client room_client;
	struct shared_breaker pay_breaker;
	struct bulkhead bulkhead;
};

static void
parts_close(struct app *app)
{
	struct parts *parts = (struct parts *)app;
	bulkhead_close(&parts->bulkhead);
	shared_breaker_close(&parts->pay_breaker);
	room_client_close(&parts->room_client);
	pay_client_close(&parts->pay);
	composition_close(app);
}

/* The other contexts. */
static enum err
clients_open(const struct settings *settings, struct parts *parts)
{
	enum err err = http_start();
	if (err == OK)
		err = pay_client_open(settings, &parts->pay);
	if (err == OK)
		err = room_client_open(settings, &parts->room_client);
	return err;
}

/* What protects from a pay that is slow or down. */
static enum err
guards_open(const struct settings *settings, struct parts *parts)
{
	const struct breaker_limits limits = {
		.failures = settings->breaker_failures,
		.open_ms = settings->breaker_open_ms,
		.lease_ms = 2 * settings->pay_timeout_ms,
	};
	uint32_t places = settings->threads * settings->pay_concurrency_percent / 100;
	enum err err = shared_breaker_open(settings->run_dir, "pay", &limits, &parts->pay_breaker);
	if (err == OK)
		err = bulkhead_open(places ? places : 1, &parts->bulkhead);
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
	err = clients_open(settings, parts);
	if (err == OK)
		err = guards_open(settings, parts);
	if (err != OK) {
		parts_close(&base->app);
		return err;
	}
	parts->books = book_store_mariadb(base->db);
	base->app.books = &parts->books;
	base->app.pay = &parts->pay;
	base->app.room_client = &parts->room_client;
	base->app.pay_breaker = &parts->pay_breaker;
	base->app.bulkhead = &parts->bulkhead;
	*ret_app = &base->app;
	return OK;
}

static void
parts_metrics(const struct app *app, struct metrics *to)
{
	pay_metrics(app, to);
	composition_metrics(app, to);
}

static const struct service service = {
	.name = "fcgi-book",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = parts_open,
	.close = parts_close,
	.ready = composition_ready,
	.metrics = parts_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
