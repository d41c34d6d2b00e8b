/* SPDX-License-Identifier: MIT */
/*
 * POST /notifications/{id}/deliveries - the recipient requests another delivery of a notification.
 *
 *	202  queued for delivery        404  the recipient has no such notification
 *	409  the event of the notification is no longer kept
 *	422  invalid body, or the settings have no address for this channel
 *	429  requested less than 30 seconds ago
 */
#include "app/alarm/notify.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#define PAUSE_S 30 /* between two requests for the same delivery */

struct delivery_create {
	unsigned name; /* index into channel_names and channels */
};

static const char *const channel_names[] = {"email", "webhook", NULL};
static const enum channel channels[] = {CHANNEL_EMAIL, CHANNEL_WEBHOOK};

static const struct field body[] = {
	FIELD(delivery_create, name, CHOICE, "channel", REQUIRED, .choices = channel_names),
	FIELD_END};

enum err
delivery_create(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct delivery_create input = {0};
	struct notification notification;
	enum err err = request_fields(req, body, &input, res);
	if (err != OK)
		return err;
	const struct redelivery_request again = {.notification_id = req->ids[0],
	                                         .recipient_id = req->caller.id,
	                                         .channel = channels[input.name],
	                                         .rules = notification_rules_of(app->settings),
	                                         .pause_s = PAUSE_S};
	err = store->again(store->self, &again, &notification);
	if (err == ERR_INVALID)
		response_fault(res, "/channel", "channel.unset",
		               "there is no address for this channel; set one with PUT "
		               "/notifications/settings");
	if (err == ERR_TOO_MANY)
		response_retry_after(res, PAUSE_S);
	if (err != OK)
		return err;
	response_accepted(res, 1);
	return notification_response(&notification, res);
}
