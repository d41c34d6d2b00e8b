/* SPDX-License-Identifier: MIT */
/*
 * notification_response - a notification, or the settings, with links, as the body of a response.
 */
#ifndef FCGI_ALARM_NOTIFICATION_RESPONSE_H
#define FCGI_ALARM_NOTIFICATION_RESPONSE_H

#include "base/err.h"
#include "domain/alarm/notification.h"

struct json_object;
struct response;

/* The notification with its links. NULL: out of memory. */
struct json_object *notification_item(const struct caller *caller,
                                      const struct notification *notification);

/* Answer with the notification, or with the settings. ERR_MEMORY. */
MUST_CHECK enum err notification_response(const struct caller *caller,
                                          const struct notification *notification,
                                          struct response *res);
MUST_CHECK enum err notification_settings_response(const struct caller *caller,
                                                   const struct notification_settings *settings,
                                                   struct response *res);

#endif
