/*
 * notification_texts - the catalogue: every sentence that a recipient reads, in every language,
 * with words in braces that notification_words.h explains.
 */
#ifndef APP_ALARM_NOTIFICATION_TEXTS_H
#define APP_ALARM_NOTIFICATION_TEXTS_H

#include "domain/alarm/notification.h"

/* Who is told of an event, in which sentence, and under which subject by mail. A NULL text: that
 * role is not told. */
struct policy {
	const char *guest[LANGUAGE_MAX], *guest_subject[LANGUAGE_MAX];
	const char *host[LANGUAGE_MAX], *host_subject[LANGUAGE_MAX];
};

extern const struct policy policies[EVENT_TYPE_MAX];

/* What stands before each fact of a mail. */
enum mail_label { MAIL_BOOK, MAIL_ROOM, MAIL_STAY, MAIL_PRICE, MAIL_LABEL_MAX };
extern const char *const mail_labels[MAIL_LABEL_MAX][LANGUAGE_MAX];

/* What a mail ends with. */
extern const char *const mail_footers[LANGUAGE_MAX];

/* What a stay is called in a calendar. */
extern const char *const calendar_summaries[LANGUAGE_MAX];

#endif
