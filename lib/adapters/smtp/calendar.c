/* SPDX-License-Identifier: MIT */
#include "adapters/smtp/calendar.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES 75 /* of a line, without CRLF */

const char *
calendar_method(const struct mail_calendar *calendar)
{
	return calendar->canceled ? "CANCEL" : "PUBLISH";
}

/* The number of bytes that fit on a line without splitting a character. */
static size_t
line_part(const char *text, size_t room)
{
	size_t n = strlen(text);
	if (n <= room)
		return n;
	for (n = room; ((unsigned char)text[n] & 0xC0) == 0x80; n--)
		continue;
	return n;
}

/* One content line, folded (RFC 5545, 3.1): a continuation line starts with a space. */
static enum err
line_add(struct buf *to, const char *line)
{
	size_t n = line_part(line, LINE_BYTES);
	enum err err = buf_add(to, line, n);
	for (line += n; err == OK && *line; line += n) {
		n = line_part(line, LINE_BYTES - 1);
		err = buf_addf(to, "\r\n %.*s", (int)n, line);
	}
	return err == OK ? buf_add(to, "\r\n", 2) : err;
}

/* "NAME:text" with special characters escaped, line breaks among them. */
static enum err
text_add(struct buf *to, const char *name, const char *text)
{
	CLEANUP(buf_done) struct buf line = BUF_INIT(4096);
	enum err err = buf_addf(&line, "%s:", name);
	for (; err == OK && *text; text++) {
		if (*text == '\n')
			err = buf_add(&line, "\\n", 2);
		else if (strchr("\\;,", *text))
			err = buf_addf(&line, "\\%c", *text);
		else if ((unsigned char)*text >= ' ')
			err = buf_add(&line, text, 1);
	}
	return err == OK ? line_add(to, line.data) : err;
}

static enum err
day_add(struct buf *to, const char *name, day_t day)
{
	char text[DAY_TEXT], line[64];
	day_format(day, text);
	snprintf(line, sizeof(line), "%s;VALUE=DATE:%.4s%.2s%.2s", name, text, text + 5, text + 8);
	return line_add(to, line);
}

/* A line by a printf format. The only user input in it are addresses, which were validated. */
__attribute__((format(printf, 2, 3))) static enum err
format_add(struct buf *to, const char *format, ...)
{
	char line[640];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	return line_add(to, line);
}

static enum err
stamp_add(struct buf *to, instant_t at)
{
	const time_t seconds = (time_t)(at / 1000);
	struct tm utc;
	char text[32];
	if (!gmtime_r(&seconds, &utc) || !strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &utc))
		return ERR_BUG_HERE();
	return format_add(to, "DTSTAMP:%s", text);
}

enum err
calendar_write(const struct mail *mail, struct buf *to)
{
	const struct mail_calendar *calendar = &mail->calendar;
	const char *domain = strchr(mail->from, '@');
	enum err err = format_add(to, "BEGIN:VCALENDAR");
	if (err == OK)
		err = format_add(to, "VERSION:2.0");
	if (err == OK)
		err = format_add(to, "PRODID:-//MyHotel//alarm//EN");
	if (err == OK)
		err = format_add(to, "METHOD:%s", calendar_method(calendar));
	if (err == OK)
		err = format_add(to, "BEGIN:VEVENT");
	if (err == OK)
		err = format_add(to, "UID:book-%" PRIu64 "-%s%s", calendar->book_id,
		                 calendar->reference, domain ? domain : "");
	if (err == OK)
		err = format_add(to, "SEQUENCE:%" PRIu64, calendar->sequence);
	if (err == OK)
		err = stamp_add(to, mail->date);
	if (err == OK)
		err = day_add(to, "DTSTART", calendar->stay.start);
	if (err == OK)
		err = day_add(to, "DTEND", calendar->stay.end);
	if (err == OK)
		err = text_add(to, "SUMMARY", calendar->summary);
	if (err == OK)
		err = format_add(to, "STATUS:%s", calendar->canceled ? "CANCELLED" : "CONFIRMED");
	if (err == OK)
		err = format_add(to, "ORGANIZER:mailto:%s", mail->from);
	if (err == OK && calendar->canceled) /* RFC 5546: none in what is published */
		err = format_add(to, "ATTENDEE:mailto:%s", mail->to);
	if (err == OK)
		err = format_add(to, "END:VEVENT");
	return err == OK ? format_add(to, "END:VCALENDAR") : err;
}
