/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include "base/day.h"
#include "base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 2048 /* below PIPE_BUF, so that lines of many processes do not mix */

static const char *const level_names[LOG_LEVEL_MAX] = {
	[LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

/* Writes where an ERR_BUG or ERR_SYSTEM was made. */
static void
place_write(const struct err_place *place)
{
	struct log_field fields[4];
	char at[128];
	int n = 0;
	snprintf(at, sizeof(at), "%s:%d", place->file, place->line);
	fields[n++] = LOG_TEXT("outcome", err_name(place->err));
	fields[n++] = (struct log_field){.key = "at", .text = at};
	if (place->code)
		fields[n++] = LOG_TEXT("error", strerror(place->code));
	if (place->statement)
		fields[n++] = LOG_TEXT("statement", place->statement);
	log_write(LOG_ERROR, "internal-error", fields, n);
}

static const char *program_name = "hotel";
static enum log_level least_level = LOG_INFO;

void
log_init(const char *program, enum log_level least)
{
	program_name = program;
	least_level = least;
	err_hook_set(place_write);
}

struct line {
	char text[LINE_SIZE];
	size_t len;
};

static void
put(struct line *line, const char *text)
{
	size_t n = strlen(text), room = sizeof(line->text) - 5 - line->len; /* "...\n" and NUL */
	if (n > room)
		n = room;
	memcpy(line->text + line->len, text, n);
	line->len += n;
}

static void
put_value(struct line *line, const char *value)
{
	if (*value && !strpbrk(value, " \"=\\\t\r\n") && strspn(value, "\x7f") == 0) {
		put(line, value);
		return;
	}
	put(line, "\"");
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;
		char one[5] = {*value, 0};
		if (c == '"' || c == '\\')
			snprintf(one, sizeof(one), "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			snprintf(one, sizeof(one), "\\x%02x", c);
		put(line, one);
	}
	put(line, "\"");
}

void
log_write(enum log_level level, const char *event, const struct log_field fields[], int n)
{
	if (level < least_level)
		return;
	struct line line = {.len = 0};
	char time[INSTANT_TEXT], number[24];
	put(&line, "time=");
	put(&line, instant_format(instant_now(), time));
	put(&line, " level=");
	put(&line, level_names[level]);
	put(&line, " program=");
	put(&line, program_name);
	put(&line, " event=");
	put_value(&line, event);
	for (int i = 0; i < n; i++) {
		put(&line, " ");
		put(&line, fields[i].key);
		put(&line, "=");
		snprintf(number, sizeof(number), "%" PRId64, fields[i].number);
		put_value(&line, fields[i].text ? fields[i].text : number);
	}
	if (line.len >= sizeof(line.text) - 5) {
		memcpy(line.text + line.len, "...", 3);
		line.len += 3;
	}
	line.text[line.len++] = '\n';
	/* There is nowhere to report that the log cannot be written. */
	if (write(STDERR_FILENO, line.text, line.len) < 0)
		return;
}
