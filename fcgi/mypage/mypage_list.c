/* SPDX-License-Identifier: MIT */
/*
 * GET /mypages - the caller's bookings with room and payment, as a guest, or with role=host as a
 * host: one row per booking.
 *
 *	200  a page, and the time it is consistent with
 *	422  invalid query
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "fcgi/hal.h"
#include "fcgi/mypage/handlers.h"
#include "fcgi/mypage/mypage_item.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/stay_filter.h"

static const char *const sorts[] = {[MYPAGE_SORT_BOOK_ID] = "bookId",
                                    [MYPAGE_SORT_START_DATE] = "startDate",
                                    [MYPAGE_SORT_PRICE] = "price",
                                    [MYPAGE_SORT_UPDATED_AT] = "updatedAt",
                                    NULL};

static const struct field query[] = {
	FIELD(mypage_list, status, CHOICE, "status", OPTIONAL, .choices = book_status_names),
	FIELD(mypage_list, pay_status, CHOICE, "payStatus", OPTIONAL,
              .choices = payment_status_names),
	FIELD_END};

struct row_list {
	const struct caller *caller;
	struct json_object *items;
	instant_t newest; /* the time of the latest row */
};

static void
append(void *arg, const struct mypage *mypage)
{
	struct row_list *rows = arg;
	if (mypage->updated_at > rows->newest)
		rows->newest = mypage->updated_at;
	json_append(&rows->items, mypage_item(mypage, rows->caller));
}

enum err
mypage_list(const struct app *app, const struct request *req, struct response *res)
{
	struct mypage_list list = {
		.caller = req->caller, .status = BOOK_STATUS_MAX, .pay_status = PAYMENT_STATUS_MAX};
	uint64_t total;
	instant_t as_of;
	enum err paging = request_paging(req, sorts, true, &list.paging, res);
	enum err filter = request_stay_filter(req, &list.filter, res);
	enum err err = request_query(req, query, &list, res);
	if (err == OK)
		err = filter;
	if (err != OK || paging != OK)
		return err != OK ? err : paging;

	struct row_list found = {&req->caller, json_new_array(), 0};
	err = app->mypages->list(app->mypages->self, &list, append, &found, &total, &as_of);
	if (err != OK) {
		json_p(&found.items);
		return err;
	}
	struct json_object *page = hal_page(req, "mypages", found.items, &list.paging, total);
	json_put_instant(&page, "asOf", as_of > found.newest ? as_of : found.newest);
	return response_body(res, page);
}
