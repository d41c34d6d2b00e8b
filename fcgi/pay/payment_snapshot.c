/* SPDX-License-Identifier: MIT */
/*
 * GET /payments/snapshot - every payment that has an event, as its last event has it, by id.
 * For services only (snapshot.h).
 *
 *	200  one keyset page            401  not a service
 *	422  invalid query
 */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "app/app.h"
#include "fcgi/pay/handlers.h"
#include "fcgi/snapshot.h"

static void
append(void *arg, const struct payment *payment)
{
	struct json_object **items = arg, *item = NULL;
	json_append(items, payment_view(payment, &item) == OK ? item : NULL);
}

static enum err
page_read(const struct app *app, const struct keyset_page *page, struct json_object **items)
{
	return app->payments->snapshot(app->payments->self, page, append, items);
}

enum err
payment_snapshot(const struct app *app, const struct request *req, struct response *res)
{
	return snapshot_respond(app, req, "payments", page_read, res);
}
