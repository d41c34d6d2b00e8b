/* SPDX-License-Identifier: MIT */
/*
 * PUT /notifications/settings, POST /notifications/settings - replaces the recipient's settings; a
 * member that is left out is unset.
 *
 *	200  the new settings
 *	412  the present ones are not as If-Match or If-None-Match demands
 *	422  invalid body; no recipient, or number 0; or the key was used for another request
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/alarm/recipient_check.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field body[] = {
	FIELD(notification_settings, email, EMAIL, "email", OPTIONAL),
	FIELD(notification_settings, webhook_url, URL, "webhookUrl", OPTIONAL),
	FIELD(notification_settings, language, CHOICE, "language", OPTIONAL,
              .choices = language_names),
	FIELD_END};

enum err
notification_settings_update(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_settings_change cmd = {
		.to = {.recipient_id = req->caller.id, .language = LANGUAGE_MAX},
		.condition = req->condition};
	struct notification_settings settings;
	bool replayed;
	enum err whole = recipient_check(req, res);
	enum err err = request_command(req, body, &cmd.to, &cmd.key, res);
	err = err == OK ? whole : err;
	cmd.to.unconfirmed = *cmd.to.email && !recipient_owns_email(req, cmd.to.email);
	if (err == OK)
		err = store->settings_put(store->self, &cmd, &settings, &replayed);
	if (err != OK)
		return err;
	if (replayed)
		response_replayed(res);
	return notification_settings_response(&req->caller, &settings, res);
}
