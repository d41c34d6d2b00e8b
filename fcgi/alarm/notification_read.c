/* SPDX-License-Identifier: MIT */
/*
 * GET /notifications/{id} - one notification of the recipient.
 *
 *	200  the notification           404  the recipient has no such notification
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/alarm/recipient_check.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
notification_read(const struct app *app, const struct request *req, struct response *res)
{
	struct notification notification;
	enum err err = recipient_find(app, req, &notification);
	if (err != OK)
		return err;
	return notification_response(&req->caller, &notification, res);
}
