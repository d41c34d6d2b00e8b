/* SPDX-License-Identifier: MIT */
/*
 * calendar - a stay as iCalendar (RFC 5545, 5546): a confirmed booking publishes an event, a
 * cancelled one cancels the event with the same UID.
 */
#ifndef ADAPTERS_SMTP_CALENDAR_H
#define ADAPTERS_SMTP_CALENDAR_H

#include "app/alarm/mail.h"
#include "base/buf.h"

/* The METHOD, "PUBLISH" or "CANCEL"; the content type has to name it, too. */
const char *calendar_method(const struct mail_calendar *calendar);

/* Appends the calendar of the mail. It has dates without times, as a stay does. ERR_TOO_LARGE,
 * ERR_MEMORY. */
MUST_CHECK enum err calendar_write(const struct mail *mail, struct buf *to);

#endif
