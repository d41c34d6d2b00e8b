/* SPDX-License-Identifier: MIT */
/*
 * GET /mypages - the caller's bookings with room and payment, as a guest, or with role=host as a
 * host: one row per booking.
 *
 *	200  a page, and the time it is consistent with
 *	304  its rows and the number of all rows are as If-None-Match has them
 *	422  invalid query
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "base/mem.h"
#include "fcgi/hal.h"
#include "fcgi/mypage/handlers.h"
#include "fcgi/mypage/mypage_item.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/stay_filter.h"

#include <stdlib.h>

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

/* The rows of the page; JSON is made of them only if they are asked for. */
struct row_list {
	size_t n;
	uint64_t tag;
	instant_t newest; /* the time of the latest row */
	struct mypage rows[];
};

static void
append(void *arg, const struct mypage *mypage)
{
	struct row_list *list = arg;
	const uint64_t tag = mypage_tag(mypage);
	if (mypage->updated_at > list->newest)
		list->newest = mypage->updated_at;
	list->tag = tag_add(list->tag, &mypage->book_id, sizeof(mypage->book_id));
	list->tag = tag_add(list->tag, &tag, sizeof(tag));
	list->rows[list->n++] = *mypage;
}

static enum err
page_write(const struct request *req, const struct row_list *found, const struct paging *paging,
           uint64_t total, instant_t as_of, struct response *res)
{
	struct json_object *items = json_new_array();
	for (size_t i = 0; i < found->n; i++)
		json_append(&items, mypage_item(&found->rows[i], &req->caller));
	struct json_object *page = hal_page(req, "mypages", items, paging, total);
	json_put_instant(&page, "asOf", as_of > found->newest ? as_of : found->newest);
	return response_body(res, page);
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

	CLEANUP(free_p)
	struct row_list *found = malloc(sizeof(*found) + list.paging.size * sizeof(found->rows[0]));
	if (!found)
		return ERR_MEMORY;
	*found = (struct row_list){.n = 0};
	err = app->mypages->list(app->mypages->self, &list, append, found, &total, &as_of);
	if (err != OK)
		return err;
	response_etag_weak(res, tag_end(tag_add(found->tag, &total, sizeof(total))));
	if (version_set_has(&req->condition.if_none_match, res->version))
		return OK; /* 304 */
	return page_write(req, found, &list.paging, total, as_of, res);
}
