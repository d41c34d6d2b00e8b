/* SPDX-License-Identifier: MIT */
/*
 * POST /notifications/{id}/deliveries - the recipient requests another delivery of a notification.
 *
 *	202  queued for delivery        404  the recipient has no such notification
 *	409  the event of the notification is no longer kept
 *	412  the notification is not as If-Match or If-None-Match demands
 *	422  invalid body, the settings have no address for this channel, or the key was used for
 *	     another request
 *	429  requested less than 30 seconds ago
 */
#include "app/alarm/notify.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/alarm/notification_response.h"
#include "fcgi/alarm/recipient_check.h"
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
	struct redelivery_request again = {.notification_id = req->ids[0],
	                                   .recipient_id = req->caller.id,
	                                   .condition = req->condition,
	                                   .rules = notification_rules_of(app->settings),
	                                   .pause_s = PAUSE_S};
	struct notification notification;
	bool replayed;
	enum err err = request_command(req, body, &input, &again.key, res);
	if (err != OK)
		return err;
	if (req->caller.roles & ROLE_KEY_HOLDER) {
		err = recipient_find(app, req, &notification);
		again.recipient_id = err == OK ? notification.recipient_id : 0;
	}
	if (err != OK)
		return err;
	again.channel = channels[input.name];
	err = store->again(store->self, &again, &notification, &replayed);
	if (err == ERR_INVALID)
		response_fault(res, "/channel", "channel.unset",
		               "there is no address for this channel; set one with PUT "
		               "/notifications/settings");
	if (err == ERR_TOO_MANY)
		response_retry_after(res, PAUSE_S);
	if (err != OK)
		return err;
	if (replayed)
		response_replayed(res);
	response_accepted(res, 1);
	return notification_response(&req->caller, &notification, res);
}
