/* SPDX-License-Identifier: MIT */
/*
 * GET /books - the caller's bookings as a guest, or with role=host as a host.
 *
 *	200  a page                     422  invalid query
 */
#include "adapters/json/json.h"
#include "fcgi/book/book_response.h"
#include "fcgi/book/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/stay_filter.h"

static const char *const sorts[] = {[BOOK_SORT_ID] = "id",
                                    [BOOK_SORT_START_DATE] = "startDate",
                                    [BOOK_SORT_PRICE] = "price",
                                    [BOOK_SORT_UPDATED_AT] = "updatedAt",
                                    NULL};

static const struct field query[] = {
	FIELD(book_list, status, CHOICE, "status", OPTIONAL, .choices = book_status_names),
	FIELD_END};

struct row_list {
	const struct app *app;
	const struct caller *caller;
	struct json_object *items;
};

static void
append(void *arg, const struct book *book)
{
	struct row_list *rows = arg;
	json_append(&rows->items, book_item(rows->app, rows->caller, book));
}

enum err
book_list(const struct app *app, const struct request *req, struct response *res)
{
	struct book_list list = {.caller = req->caller, .status = BOOK_STATUS_MAX};
	uint64_t total;
	enum err paging = request_paging(req, sorts, true, &list.paging, res);
	enum err filter = request_stay_filter(req, &list.filter, res);
	enum err err = request_query(req, query, &list, res);
	if (err == OK)
		err = filter;
	if (err != OK || paging != OK)
		return err != OK ? err : paging;

	struct row_list found = {app, &req->caller, json_new_array()};
	err = app->books->list(app->books->self, &list, append, &found, &total);
	if (err != OK) {
		json_p(&found.items);
		return err;
	}
	return response_body(res, hal_page(req, "books", found.items, &list.paging, total));
}
