/* SPDX-License-Identifier: MIT */
/*
 * GET /notifications/{id} - one notification of the recipient.
 *
 *	200  the notification           404  the recipient has no such notification
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
notification_read(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification notification;
	enum err err = store->find(store->self, req->ids[0], req->caller.id, &notification);
	if (err != OK)
		return err;
	return notification_response(&notification, res);
}
