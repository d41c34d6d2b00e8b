/*
 * POST /notifications/{id}/deliveries - the recipient wants a notification delivered once more.
 *
 *	202  it waits for its delivery  404  no such notification of the recipient
 *	409  what it told of is too long ago
 *	422  not such a request, or the settings lead nowhere by this channel
 *	429  it was asked for a moment ago
 */
#include "app/alarm/notification.h"
#include "fcgi/alarm/alarm_response.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/fields.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#define PAUSE_S 30 /* between two wishes for the same */

struct delivery_create {
	unsigned way; /* index into the following */
};

static const char *const ways[] = {"email", "webhook", NULL};
static const enum channel channels[] = {CHANNEL_EMAIL, CHANNEL_WEBHOOK};

static const struct field body[] = {
	FIELD(delivery_create, way, CHOICE, "channel", REQUIRED, .choices = ways), FIELD_END};

enum err
delivery_create(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	struct delivery_create wish = {0};
	struct notification notification;
	enum err err = request_fields(req, body, &wish, res);
	if (err != OK)
		return err;
	const struct delivery_again again = {.notification_id = req->ids[0],
	                                     .recipient_id = req->caller.id,
	                                     .channel = channels[wish.way],
	                                     .rules = notification_rules(app->settings),
	                                     .pause_s = PAUSE_S};
	err = store->again(store->self, &again, &notification);
	if (err == ERR_INVALID)
		response_fault(res, "/channel", "channel.unset",
		               "the settings lead nowhere by this channel: see "
		               "/notifications/settings");
	if (err == ERR_TOO_MANY)
		response_retry_after(res, PAUSE_S);
	if (err != OK)
		return err;
	response_accepted(res, 1);
	return notification_answer(&notification, res);
}
