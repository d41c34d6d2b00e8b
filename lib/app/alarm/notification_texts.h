/* SPDX-License-Identifier: MIT */
/*
 * notification_texts - every sentence that a recipient reads, in every language. The placeholders
 * in braces are explained in notification_words.h.
 */
#ifndef APP_ALARM_NOTIFICATION_TEXTS_H
#define APP_ALARM_NOTIFICATION_TEXTS_H

#include "domain/alarm/notification.h"

/* The message and the mail subject of an event for each role. NULL: that role gets none. */
struct event_texts {
	const char *guest[LANGUAGE_MAX], *guest_subject[LANGUAGE_MAX];
	const char *host[LANGUAGE_MAX], *host_subject[LANGUAGE_MAX];
};

extern const struct event_texts notification_texts[EVENT_TYPE_MAX];

/* The first words of a message, unless HOTEL_ALARM_PREFIX has others. */
extern const char *const greetings[LANGUAGE_MAX];

/* What stands in place of a message that named a guest whose contact was erased. */
extern const char *const erased_messages[LANGUAGE_MAX];

/* The labels of the facts in a mail. */
enum mail_label { MAIL_BOOK, MAIL_ROOM, MAIL_STAY, MAIL_PRICE, MAIL_LINK, MAIL_LABEL_MAX };
extern const char *const mail_labels[MAIL_LABEL_MAX][LANGUAGE_MAX];

/* The last paragraph of a mail. */
extern const char *const mail_footers[LANGUAGE_MAX];

/* The title of a stay in a calendar. */
extern const char *const calendar_summaries[LANGUAGE_MAX];

#endif
