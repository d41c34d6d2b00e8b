/*
 * GET /notifications/{id} - one own notification.
 *
 *	200  the notification           404  no such notification of the recipient
 */
#include "app/app.h"
#include "fcgi/alarm/alarm_response.h"
#include "fcgi/alarm/handlers.h"
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
	return notification_answer(&notification, res);
}
