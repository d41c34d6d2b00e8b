/* SPDX-License-Identifier: MIT */
/*
 * PATCH /notifications/{id}, POST /notifications/{id} - marks a notification as read or unread.
 *
 *	200  the notification           404  the recipient has no such notification
 *	412  it is not as If-Match or If-None-Match demands
 *	422  invalid body, or the key was used for another request
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/alarm/recipient_check.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field body[] = {FIELD(notification_mark, read, BOOL, "read", REQUIRED),
                                    FIELD_END};

enum err
notification_update(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_mark cmd = {
		.id = req->ids[0], .recipient_id = req->caller.id, .condition = req->condition};
	struct notification notification;
	bool replayed;
	enum err err = request_command(req, body, &cmd, &cmd.key, res);
	if (err == OK && (req->caller.roles & ROLE_KEY_HOLDER)) {
		err = recipient_find(app, req, &notification);
		cmd.recipient_id = err == OK ? notification.recipient_id : 0;
	}
	if (err == OK)
		err = store->mark(store->self, &cmd, &notification, &replayed);
	if (err != OK)
		return err;
	if (replayed)
		response_replayed(res);
	return notification_response(&req->caller, &notification, res);
}
