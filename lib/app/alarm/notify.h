/* SPDX-License-Identifier: MIT */
/*
 * notify - which recipients an event is reported to, and in which words.
 */
#ifndef APP_ALARM_NOTIFY_H
#define APP_ALARM_NOTIFY_H

#include "app/app.h"

#define RECIPIENTS_MAX 2 /* of one event: the guest and the host */

/* What the texts of an event need beside it. */
struct notification_context {
	const struct room_label
		*label;     /* of the room that it is about; outlives the notifications */
	const char *prefix; /* the first words; "": the greeting of the language */
};

/* Composes the notifications of an event. Returns their number. */
size_t notification_compose(const struct event *event, const struct notification_context *context,
                            struct new_notification ret_new[RECIPIENTS_MAX]);

struct notification_rules notification_rules_of(const struct settings *settings);

/* Consumer: creates the notifications of many events in one transaction. Outcomes are those of
 * notification_store.create. */
MUST_CHECK enum err notify(const struct app *app, const struct event events[], size_t n);

#endif
