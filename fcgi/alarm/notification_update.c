/* SPDX-License-Identifier: MIT */
/*
 * PATCH /notifications/{id}, POST /notifications/{id} - marks a notification as read or unread.
 *
 *	200  the notification           404  the recipient has no such notification
 *	422  invalid body
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field body[] = {FIELD(notification, read, BOOL, "read", REQUIRED), FIELD_END};

enum err
notification_update(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification change, notification;
	enum err err = request_fields(req, body, &change, res);
	if (err == OK)
		err = store->mark(store->self, req->ids[0], req->caller.id, change.read,
		                  &notification);
	if (err != OK)
		return err;
	return notification_response(&notification, res);
}
