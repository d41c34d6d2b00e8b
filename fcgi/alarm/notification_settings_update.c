/* SPDX-License-Identifier: MIT */
/*
 * PUT /notifications/settings, POST /notifications/settings - replaces the recipient's settings; a
 * member that is left out is unset.
 *
 *	200  the new settings           422  invalid body; no recipient, or number 0
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/alarm/recipient_check.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const char *const languages[] = {[LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en", NULL};

static const struct field body[] = {
	FIELD(notification_settings, email, EMAIL, "email", OPTIONAL),
	FIELD(notification_settings, webhook_url, TEXT, "webhookUrl", OPTIONAL),
	FIELD(notification_settings, language, CHOICE, "language", OPTIONAL, .choices = languages),
	FIELD_END};

enum err
notification_settings_update(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_settings settings = {.recipient_id = req->caller.id,
	                                         .language = LANGUAGE_MAX};
	enum err whole = recipient_check(req, res);
	enum err err = request_fields(req, body, &settings, res);
	err = err == OK ? whole : err;
	if (*settings.webhook_url && !webhook_url_is_valid(settings.webhook_url)) {
		response_fault(
			res, "/webhookUrl", "url.format",
			"webhookUrl must be an http:// or https:// URL without user and password");
		err = ERR_INVALID;
	}
	if (err == OK)
		err = store->settings_put(store->self, &settings, &settings);
	if (err != OK)
		return err;
	return notification_settings_response(&settings, res);
}
