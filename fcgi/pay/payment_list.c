/* SPDX-License-Identifier: MIT */
/*
 * GET /payments - the caller's payments as a guest, or with role=host as a host; with bookId only
 * the one of that booking.
 *
 *	200  a page                     422  invalid query
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/pay/handlers.h"
#include "fcgi/pay/payment_response.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/stay_filter.h"

static const char *const sorts[] = {[PAYMENT_SORT_ID] = "id",
                                    [PAYMENT_SORT_PRICE] = "price",
                                    [PAYMENT_SORT_UPDATED_AT] = "updatedAt",
                                    NULL};

static const struct field query[] = {
	FIELD(payment_list, status, CHOICE, "status", OPTIONAL, .choices = payment_status_names),
	FIELD_END};

struct row_list {
	const struct caller *caller;
	struct json_object *items;
};

static void
append(void *arg, const struct payment *payment)
{
	struct row_list *rows = arg;
	json_append(&rows->items, payment_item(payment, rows->caller));
}

enum err
payment_list(const struct app *app, const struct request *req, struct response *res)
{
	struct payment_list list = {.caller = req->caller, .status = PAYMENT_STATUS_MAX};
	uint64_t total;
	enum err paging = request_paging(req, sorts, true, &list.paging, res);
	enum err filter = request_stay_filter(req, &list.filter, res);
	enum err err = request_query(req, query, &list, res);
	if (err == OK)
		err = filter;
	if (err != OK || paging != OK)
		return err != OK ? err : paging;

	struct row_list found = {&req->caller, json_new_array()};
	err = app->payments->list(app->payments->self, &list, append, &found, &total);
	if (err != OK) {
		json_p(&found.items);
		return err;
	}
	return response_body(res, hal_page(req, "payments", found.items, &list.paging, total));
}
