/* SPDX-License-Identifier: MIT */
/*
 * GET /notifications/settings - the recipient's language and addresses for notifications. An
 * e-mail that the account has verified meanwhile is confirmed.
 *
 *	200  the settings; null where nothing was set
 *	422  no recipient, or number 0
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/alarm/recipient_check.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
notification_settings_read(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_settings settings;
	enum err err = recipient_check(req, res);
	if (err == OK)
		err = store->settings_find(store->self, req->caller.id, &settings);
	if (err == OK && settings.unconfirmed && recipient_owns_email(req, settings.email)) {
		settings.unconfirmed = false;
		err = store->settings_confirm(store->self, req->caller.id, settings.email);
	}
	if (err != OK)
		return err;
	return notification_settings_response(&req->caller, &settings, res);
}
