/* fcgi-room - rooms: offered by hosts, searched by guests. */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/mariadb/room/room_store.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "fcgi/room/handlers.h"
#include "fcgi/service.h"

#define PAGE "/host-room.html"

static const struct route routes[] = {
	{GET, "/rooms", room_list, .caller = CALLER_HOST, .fields = true},
	{POST, "/rooms", room_create, .page = PAGE, .caller = CALLER_HOST, .fields = true},
	{GET, "/rooms/{id}", room_read, .caller = CALLER_HOST},
	{PATCH, "/rooms/{id}", room_update, .caller = CALLER_HOST, .fields = true},
	{POST, "/rooms/{id}", room_update, .page = PAGE, .caller = CALLER_HOST, .fields = true},
	{DELETE, "/rooms/{id}", room_remove, .caller = CALLER_HOST, .fields = true},
	{POST, "/rooms/{id}/delete", room_remove, .page = PAGE, .caller = CALLER_HOST,
         .fields = true},
	{GET, "/rooms/snapshot", room_snapshot, .caller = CALLER_NONE, .internal = true},
	{GET, "/rooms/{id}/calendar", room_calendar, .caller = CALLER_HOST, .fields = true},
};

struct parts {
	struct composition base;
	struct room_store rooms;
	struct book_client book_client;
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
	base->app.rooms = &parts->rooms;
	base->app.book_client = &parts->book_client;
	*ret_app = &base->app;
	return OK;
}

static const struct service service = {
	.name = "fcgi-room",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = parts_open,
	.close = parts_close,
	.ready = composition_ready,
	.metrics = composition_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
