/*
 * PUT /notifications/settings, POST /notifications/settings - the recipient says how to be told;
 * what is left out is not chosen any more.
 *
 *	200  the settings as they are now
 *	422  not such settings
 */
#include "app/app.h"
#include "fcgi/alarm/alarm_response.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/fields.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const char *const languages[] = {[LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en", NULL};

static const struct field body[] = {
	FIELD(notification_settings, email, EMAIL, "email", OPTIONAL),
	FIELD(notification_settings, webhook_url, TEXT, "webhookUrl", OPTIONAL),
	FIELD(notification_settings, language, CHOICE, "language", OPTIONAL, .choices = languages),
	FIELD_END};

enum err
settings_write(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_settings settings = {.recipient_id = req->caller.id,
	                                         .language = LANGUAGE_MAX};
	enum err err = request_fields(req, body, &settings, res);
	if (*settings.webhook_url && !webhook_url_is_fit(settings.webhook_url)) {
		response_fault(res, "/webhookUrl", "url.format",
		               "webhookUrl is an http:// or https:// URL without a user in it");
		err = ERR_INVALID;
	}
	if (err == OK)
		err = store->settings_put(store->self, &settings, &settings);
	if (err != OK)
		return err;
	return settings_answer(&settings, res);
}
