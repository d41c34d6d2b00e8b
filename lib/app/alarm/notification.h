/*
 * notification - who is told what of an event: the policy of alarm, as a table.
 */
#ifndef APP_ALARM_NOTIFICATION_H
#define APP_ALARM_NOTIFICATION_H

#include "app/app.h"

/* At most so many are told of one event: the guest and the host. */
#define TELLINGS_MAX 2

/* What an event is to be told as, and to whom; texts start with the prefix. Returns how many. */
size_t notification_compose(const struct event *event, const char *prefix,
                            struct telling ret_tellings[TELLINGS_MAX]);

/* How telling is done with these settings. */
struct tell_rules notification_rules(const struct settings *settings);

/* Consumer: tells everybody of many events, in one transaction. As notification_store.tell. */
MUST_CHECK enum err notification_tell(const struct app *app, const struct event events[], size_t n);

#endif
