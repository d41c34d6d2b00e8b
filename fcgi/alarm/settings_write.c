/*
 * PUT /notifications/settings, POST /notifications/settings - the recipient says how to be told;
 * what is left out is not chosen any more.
 *
 *	200  the settings as they are now
 *	422  not such settings
 */
#include "app/app.h"
#include "fcgi/alarm/alarm_answer.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/fields.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

static const char *const languages[] = {[LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en", NULL};

static const struct field body[] = {
	FIELD(notification_settings, email, EMAIL, "email", OPTIONAL),
	FIELD(notification_settings, webhook_url, TEXT, "webhookUrl", OPTIONAL),
	FIELD(notification_settings, language, CHOICE, "language", OPTIONAL, .choices = languages),
	FIELD_END};

/* Where a webhook may go: a URL of the web. */
static bool
is_web_url(const char *url)
{
	return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

enum err
settings_write(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct notification_settings settings = {.recipient_id = req->caller.id,
	                                         .language = LANGUAGE_MAX};
	enum err err = request_fields(req, body, &settings, res);
	if (*settings.webhook_url && !is_web_url(settings.webhook_url)) {
		response_fault(res, "/webhookUrl", "url.format",
		               "webhookUrl begins with http:// or https://");
		err = ERR_INVALID;
	}
	if (err == OK)
		err = store->settings_put(store->self, &settings);
	if (err != OK)
		return err;
	return settings_answer(&settings, res);
}
