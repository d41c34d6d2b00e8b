/* SPDX-License-Identifier: MIT */
/*
 * GET /notifications - the recipient's notifications, newest first.
 *
 *	200  a page                     422  invalid query
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const char *const sorts[] = {
	[NOTIFICATION_SORT_ID] = "id", [NOTIFICATION_SORT_CREATED_AT] = "createdAt", NULL};

static const struct field query[] = {
	FIELD(notification_list, book_id, ID, "bookId", OPTIONAL, .min = 1),
	FIELD(notification_list, unread_only, BOOL, "unread", OPTIONAL), FIELD_END};

static void
append(void *arg, const struct notification *notification)
{
	struct json_object **items = arg;
	json_append(items, notification_item(notification));
}

enum err
notification_list(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_list list = {.recipient_id = req->caller.id};
	uint64_t total;
	enum err paging = request_paging(req, sorts, true, &list.paging, res);
	enum err err = request_query(req, query, &list, res);
	if (err != OK || paging != OK)
		return err != OK ? err : paging;

	struct json_object *items = json_new_array();
	err = store->list(store->self, &list, append, &items, &total);
	if (err != OK) {
		json_p(&items);
		return err;
	}
	return response_body(res, hal_page(req, "notifications", items, &list.paging, total));
}
