/*
 * GET /payments/snapshot - every payment that was told of, as its last event told it, piece by
 *piece. For services only: whoever keeps a view makes it anew from this where history does not
 *reach back.
 *
 *	200  the next ones by number    401  not a service
 *	422  not such a query
 */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "app/app.h"
#include "fcgi/fields.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/pay/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static void
gather(void *arg, const struct payment *payment)
{
	struct json_object **items = arg, *item = NULL;
	json_append(items, payment_view(payment, &item) == OK ? item : NULL);
}

enum err
payment_snapshot(const struct app *app, const struct request *req, struct response *res)
{
	struct keyset_page page;
	enum err err = request_keyset_page(req, &page, res);
	if (err != OK)
		return err;
	struct json_object *items = json_new_array();
	err = app->payments->snapshot(app->payments->self, &page, gather, &items);
	if (err != OK) {
		json_p(&items);
		return err;
	}
	return response_body(res, hal_list(req, "payments", items));
}
