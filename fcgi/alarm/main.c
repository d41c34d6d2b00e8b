/* SPDX-License-Identifier: MIT */
/* fcgi-alarm - notifications of guests and hosts, and how they want to be notified. */
#include "base/mem.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/service.h"

static const struct route routes[] = {
	{GET, "/notifications", notification_list, .caller = CALLER_RECIPIENT, .fields = true},
	{GET, "/notifications/{id}", notification_read, .caller = CALLER_RECIPIENT},
	{PATCH, "/notifications/{id}", notification_update, .guarded = true,
         .caller = CALLER_RECIPIENT, .fields = true},
	{POST, "/notifications/{id}", notification_update, .guarded = true,
         .page = "/notifications.html", .caller = CALLER_RECIPIENT, .fields = true},
	{POST, "/notifications/{id}/deliveries", delivery_create, .guarded = true,
         .page = "/notifications.html", .caller = CALLER_RECIPIENT, .fields = true},
	{POST, "/notifications/confirmation", contact_confirm, .caller = CALLER_NONE,
         .internal = true, .anyone = true},
	{GET, "/notifications/settings", notification_settings_read, .caller = CALLER_RECIPIENT},
	{PUT, "/notifications/settings", notification_settings_update, .guarded = true,
         .caller = CALLER_RECIPIENT, .fields = true},
	{POST, "/notifications/settings", notification_settings_update, .guarded = true,
         .page = "/settings.html", .caller = CALLER_RECIPIENT, .fields = true},
	{POST, "/notifications/accounts/{accountId}/erase", recipient_erase, .caller = CALLER_NONE,
         .internal = true},
};

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	enum err err = composition_open(settings, STORE_NOTIFICATIONS, ret_app);
	return err == OK ? composition_add_credentials(*ret_app, "alarm") : err;
}

static enum err
key_find(const struct app *app, const struct idempotency *key)
{
	return app->notifications->key_find(app->notifications->self, key);
}

static const struct service service = {
	.name = "fcgi-alarm",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = app_open,
	.close = composition_close,
	.key_find = key_find,
	.ready = composition_ready,
	.metrics = composition_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
