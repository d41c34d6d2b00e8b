/*
 * PATCH /notifications/{id}, POST /notifications/{id} - the recipient has read it, or has not.
 *
 *	200  the notification           404  no such notification of the recipient
 *	422  not such a change
 */
#include "app/app.h"
#include "fcgi/alarm/alarm_response.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/fields.h"
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
	return notification_answer(&notification, res);
}
