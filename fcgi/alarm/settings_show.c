/*
 * GET /notifications/settings - how the recipient wants to be told.
 *
 *	200  the settings; what was not chosen is null
 */
#include "app/app.h"
#include "fcgi/alarm/alarm_response.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
settings_show(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_settings settings;
	enum err err = store->settings_find(store->self, req->caller.id, &settings);
	if (err != OK)
		return err;
	return settings_answer(&settings, res);
}
