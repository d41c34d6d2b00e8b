/*
 * calendar - a stay as iCalendar (RFC 5545, 5546): put in when a booking stands, taken out when it
 * is cancelled, by the same UID.
 */
#ifndef ADAPTERS_SMTP_CALENDAR_H
#define ADAPTERS_SMTP_CALENDAR_H

#include "app/alarm/mail.h"
#include "base/buf.h"

/* "PUBLISH" or "CANCEL": the METHOD, which the content type names, too. */
const char *calendar_method(const struct mail_calendar *calendar);

/* Appends the calendar of the mail. Days, since a stay has no hours. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err calendar_write(const struct mail *mail, struct buf *to);

#endif
