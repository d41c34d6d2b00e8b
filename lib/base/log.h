/* SPDX-License-Identifier: MIT */
/*
 * log - one line of key=value pairs per event, to stderr.
 *
 *	time=2027-05-05T01:02:03.004Z level=info program=fcgi-book event=request status=201 ms=3
 *
 * Only programs and what they start with (lib/program) call it; other code returns an enum err.
 * Passwords, tokens, e-mail addresses and bodies are never logged. A value is quoted, and control
 * characters in it are escaped, so it cannot break the line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_LEVEL_MAX };

/* A key and its value, a text or a number. */
struct log_field {
	const char *key;
	const char *text; /* NULL: the value is number */
	int64_t number;
};

#define LOG_TEXT(k, v)   ((struct log_field){.key = (k), .text = (v) ? (v) : ""})
#define LOG_NUMBER(k, v) ((struct log_field){.key = (k), .number = (int64_t)(v)})

/* Sets the program's name, the least level that is written, and the hook that logs where an ERR_BUG
 * or ERR_SYSTEM was made, as event internal-error. Before there are threads. */
void log_init(const char *program, enum log_level least);

/* Writes one line: the event's name, then the fields. A line that is too long is cut and ends in
 * "...". Thread-safe. */
void log_write(enum log_level level, const char *event, const struct log_field fields[], int n);

#define LOG(level, event, ...)                                             \
	log_write(                                                         \
		(level), (event), (const struct log_field[]){__VA_ARGS__}, \
		(int)(sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field)))

#endif
