/* SPDX-License-Identifier: MIT */
#include "fcgi/alarm/notification_response.h"

#include "adapters/json/view.h"
#include "domain/characters.h"
#include "fcgi/hal.h"
#include "fcgi/response.h"

#include <inttypes.h>

struct json_object *
notification_item(const struct caller *caller, const struct notification *notification)
{
	struct json_object *item;
	struct notification shown = *notification;
	characters_neutralise(shown.message);
	if (notification_view(&shown, &item) != OK)
		return NULL;
	/* The recipient sees the booking in the role that the notification is for. */
	const struct caller in_role = {.id = notification->recipient_id,
	                               .roles = notification->role,
	                               .proven = caller->proven};
	char as[HAL_CALLER_TEXT];
	hal_link(&item, "self", "/notifications/%" PRIu64 "%s", notification->id,
	         hal_caller(&in_role, CALLER_RECIPIENT, as));
	if (notification->book_id)
		hal_link(&item, "book", "/books/%" PRIu64 "%s", notification->book_id,
		         hal_caller(&in_role, CALLER_GUEST_OR_HOST, as));
	return item;
}

enum err
notification_response(const struct caller *caller, const struct notification *notification,
                      struct response *res)
{
	response_correlation(res, notification->book_id);
	response_etag(res, notification_tag(notification));
	return response_body(res, notification_item(caller, notification));
}

enum err
notification_settings_response(const struct caller *caller,
                               const struct notification_settings *settings, struct response *res)
{
	struct json_object *item;
	enum err err = notification_settings_view(settings, &item);
	if (err != OK)
		return err;
	char as[HAL_CALLER_TEXT];
	hal_link(&item, "self", "/notifications/settings%s",
	         hal_caller(caller, CALLER_RECIPIENT, as));
	response_etag(res, notification_settings_tag(settings));
	return response_body(res, item);
}
