/* SPDX-License-Identifier: MIT */
/* fcgi-book - bookings: a stay in a room, held, paid and perhaps cancelled. */
#include "app/book/book_settle.h"
#include "base/mem.h"
#include "composition/clients.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "fcgi/book/handlers.h"
#include "fcgi/service.h"

#define PAGE "/booking.html"

static const struct route routes[] = {
	{GET, "/books", book_list, .caller = CALLER_GUEST_OR_HOST, .fields = true},
	{POST, "/books", book_create, .page = PAGE, .caller = CALLER_GUEST, .anyone = true,
         .fields = true},
	{GET, "/books/{id}", book_read, .caller = CALLER_GUEST_OR_HOST},
	{DELETE, "/books/{id}", book_delete, .guarded = true, .caller = CALLER_GUEST_OR_HOST},
	{POST, "/books/{id}/cancel", book_delete, .guarded = true, .page = PAGE,
         .caller = CALLER_GUEST_OR_HOST},
	{POST, "/books/{id}/payment", book_payment, .guarded = true, .page = PAGE,
         .caller = CALLER_GUEST_OR_HOST, .fields = true},
	{POST, "/books/{id}/claim", book_claim_create, .guarded = true, .page = PAGE,
         .caller = CALLER_GUEST},
	{POST, "/books/claims", book_claim_list, .page = "/mypage.html",
         .page_failed = "/account.html", .caller = CALLER_GUEST},
	{GET, "/books/{id}/timeline", book_timeline, .caller = CALLER_GUEST_OR_HOST},
	{GET, "/books/snapshot", book_snapshot, .caller = CALLER_NONE, .internal = true},
	{GET, "/books/accounts/{accountId}", book_account_read, .caller = CALLER_NONE,
         .internal = true},
	{POST, "/books/accounts/{accountId}/erase", book_account_erase, .caller = CALLER_NONE,
         .internal = true},
	{POST, "/books/rooms/{roomId}/close", book_room_close, .caller = CALLER_NONE,
         .internal = true},
};

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	const struct pay_access access = {
		.breaker = "pay",
		.other = "settler",
		.open_max_ms = UINT32_MAX,
		.places = settings->threads * settings->pay_concurrency_percent / 100,
	};
	enum err err = composition_open(settings, STORE_BOOKS, ret_app);
	if (err != OK)
		return err;
	composition_add_acquirer(*ret_app);
	err = composition_add_credentials(*ret_app, "book");
	if (err == OK)
		err = composition_add_service_issuer(*ret_app, "book");
	if (err == OK)
		err = composition_add_room_client(*ret_app);
	return err == OK ? composition_add_pay(*ret_app, &access) : err;
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	pay_metrics(app, to);
	composition_metrics(app, to);
}

static enum err
key_find(const struct app *app, const struct idempotency *key)
{
	struct book book;
	return app->books->replay(app->books->self, key, &book);
}

static const struct service service = {
	.name = "fcgi-book",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = app_open,
	.close = composition_close,
	.key_find = key_find,
	.ready = composition_ready,
	.metrics = app_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
