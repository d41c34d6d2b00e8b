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

struct role_query {
	unsigned name; /* index into role_names */
	bool given;
};

static const struct field role_field[] = {FIELD(role_query, name, CHOICE, "role", OPTIONAL,
                                                .choices = role_names,
                                                GIVEN_BOOL(role_query, given)),
                                          FIELD_END};

static const struct field query[] = {
	FIELD(notification_list, book_id, ID, "bookId", OPTIONAL, .min = 1),
	FIELD(notification_list, unread_only, BOOL, "unread", OPTIONAL),
	FIELD(notification_list, read, BOOL, "read", OPTIONAL,
              GIVEN_BOOL(notification_list, of_read)),
	FIELD(notification_list, event, CHOICE, "event", OPTIONAL, .choices = &event_kinds[0].name,
              .choice_size = sizeof(event_kinds[0])),
	FIELD_END};

/* The days on which a notification may have been made: from start on, and before end. */
struct days_query {
	struct stay days;
	bool has_start, has_end;
};

static const struct field days_fields[] = {
	FIELD(days_query, days.start, DATE, "startDate", OPTIONAL,
              GIVEN_BOOL(days_query, has_start)),
	FIELD(days_query, days.end, DATE, "endDate", OPTIONAL, GIVEN_BOOL(days_query, has_end)),
	FIELD_END};

static enum err
days_read(const struct request *req, struct notification_list *list, struct response *res)
{
	struct days_query query_of = {.has_start = false};
	enum err err = request_query(req, days_fields, &query_of, res);
	if (query_of.has_start && query_of.has_end && stay_nights(query_of.days) < 1) {
		response_fault(res, "/endDate", "date.order", "endDate must be after startDate");
		return ERR_INVALID;
	}
	if (query_of.has_start)
		list->from = day_begin(query_of.days.start);
	if (query_of.has_end)
		list->until = day_begin(query_of.days.end);
	return err;
}

struct row_list {
	const struct caller *caller;
	struct json_object *items;
};

static void
append(void *arg, const struct notification *notification)
{
	struct row_list *rows = arg;
	json_append(&rows->items, notification_item(rows->caller, notification));
}

/* Whether the list is about the booking whose key was shown. */
static bool
is_by_key(const struct caller *caller, const struct notification_list *list)
{
	const bool has_key = caller->roles & ROLE_KEY_HOLDER;
	return has_key && (list->book_id == caller->key_book_id ||
	                   (caller->roles == ROLE_KEY_HOLDER && !list->book_id));
}

/* A booking's key shows what its guest is told of that booking, and nothing of others. */
static void
key_narrow(const struct caller *caller, struct notification_list *list)
{
	list->recipient_id = 0;
	list->book_id = caller->key_book_id;
	list->key_version = caller->key_version;
	list->role = ROLE_GUEST;
}

/* What an account is told of a booking that it has the key of, too, is its own: it may have claimed it.
 * Only of another's booking the key shows anything. */
static enum err
rows_find(const struct app *app, const struct caller *caller, struct notification_list *list,
          struct row_list *rows, uint64_t *ret_total)
{
	const struct notification_store *store = app->notifications;
	const bool has_account = caller->roles != ROLE_KEY_HOLDER;
	*ret_total = 0;
	if (!has_account && !is_by_key(caller, list))
		return OK;
	if (has_account) {
		enum err err = store->list(store->self, list, append, rows, ret_total);
		if (err != OK || *ret_total || !is_by_key(caller, list))
			return err;
	}
	key_narrow(caller, list);
	return store->list(store->self, list, append, rows, ret_total);
}

enum err
notification_list(const struct app *app, const struct request *req, struct response *res)
{
	struct notification_list list = {.recipient_id = req->caller.id, .event = EVENT_TYPE_MAX};
	uint64_t total;
	enum err paging = request_paging(req, sorts, true, &list.paging, res);
	struct role_query role = {.given = false};
	enum err role_err = request_query(req, role_field, &role, res);
	enum err days_err = days_read(req, &list, res);
	enum err err = request_query(req, query, &list, res);
	if (err == OK)
		err = role_err != OK ? role_err : days_err;
	if (err != OK || paging != OK)
		return err != OK ? err : paging;

	if (role.given)
		list.role = role_at(role.name);
	struct row_list rows = {&req->caller, json_new_array()};
	err = rows_find(app, &req->caller, &list, &rows, &total);
	if (err != OK) {
		json_p(&rows.items);
		return err;
	}
	return response_body(res, hal_page(req, "notifications", rows.items, &list.paging, total));
}
