/*
 * alarm_response - notifications and settings as the handlers of this program answer them.
 */
#ifndef FCGI_ALARM_ALARM_RESPONSE_H
#define FCGI_ALARM_ALARM_RESPONSE_H

#include "base/err.h"
#include "domain/alarm/notification.h"

struct json_object;
struct response;

/* The notification with its links. NULL: out of memory. */
struct json_object *notification_item(const struct notification *notification);

/* Answers with the notification; with the settings. ERR_MEMORY. */
MUST_CHECK enum err notification_answer(const struct notification *notification,
                                        struct response *res);
MUST_CHECK enum err settings_answer(const struct notification_settings *settings,
                                    struct response *res);

#endif
