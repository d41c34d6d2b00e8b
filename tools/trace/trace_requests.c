/* SPDX-License-Identifier: MIT */
/*
 * trace_requests - the requests that led to the entries, from nginx's log.
 *
 * A request is known by its id. Clients may choose the id, and choose the same again, so a request
 * also has to be close in time to an entry that names it.
 */
#include "adapters/json/json.h"
#include "base/mem.h"
#include "tools/trace/trace_sources.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define AROUND_MS 15000 /* longer than any request takes */

struct request_line {
	const char *request_id, *listener, *method, *path;
	int64_t status;
	instant_t from, to;
};

static const char *
text_member(struct json_object *line, const char *name)
{
	struct json_object *value;
	if (!json_object_object_get_ex(line, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

/* Seconds with fractions, as nginx writes them. Negative: there is no such member. */
static double
seconds_member(struct json_object *line, const char *name)
{
	struct json_object *value;
	if (!json_object_object_get_ex(line, name, &value))
		return -1;
	return json_object_get_double(value);
}

/* Whether the line has all members. */
static bool
line_read(struct json_object *json, struct request_line *ret_line)
{
	struct json_object *status;
	double ended = seconds_member(json, "ended"), took = seconds_member(json, "seconds");
	if (ended < 0 || took < 0 || !json_object_object_get_ex(json, "status", &status))
		return false;
	*ret_line = (struct request_line){.request_id = text_member(json, "request_id"),
	                                  .listener = text_member(json, "listener"),
	                                  .method = text_member(json, "method"),
	                                  .path = text_member(json, "path"),
	                                  .status = json_object_get_int64(status),
	                                  .from = (instant_t)((ended - took) * 1000 + 0.5),
	                                  .to = (instant_t)(ended * 1000 + 0.5)};
	return ret_line->request_id && ret_line->listener && ret_line->method && ret_line->path;
}

/* Whether the request led to one of the first n entries. */
static bool
led_to_any(const struct request_line *line, const struct timeline *timeline, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct timeline_entry *entry = &timeline->list[i];
		if (entry->at && !strcmp(entry->request_id, line->request_id) &&
		    entry->at >= line->from - AROUND_MS && entry->at <= line->to + AROUND_MS)
			return true;
	}
	return false;
}

/* Most lines are of other requests: those are not parsed as JSON. */
static bool
may_name_any(const char *text, const struct timeline *timeline, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (*timeline->list[i].request_id && strstr(text, timeline->list[i].request_id))
			return true;
	return false;
}

static enum err
text_add(const char *text, size_t len, size_t known, struct timeline *timeline)
{
	CLEANUP(json_p) struct json_object *json = NULL;
	const char *why;
	struct request_line line;
	if (!may_name_any(text, timeline, known))
		return OK;
	enum err err = json_read(text, len, &json, &why);
	if (err == ERR_MALFORMED)
		return OK; /* half a line: the log was cut while it was copied */
	if (err != OK || !line_read(json, &line) || !led_to_any(&line, timeline, known))
		return err;
	struct timeline_entry entry = {.at = line.from, .rank = ENTRY_REQUEST, .part = "nginx"};
	snprintf(entry.what, sizeof(entry.what), "%s %.800s%s: %d after %d ms", line.method,
	         line.path, strcmp(line.listener, "internal") ? "" : " (internal)",
	         (int)line.status, (int)(line.to - line.from));
	snprintf(entry.request_id, sizeof(entry.request_id), "%s", line.request_id);
	return timeline_add(timeline, &entry);
}

enum err
trace_requests(const char *path, struct timeline *timeline)
{
	CLEANUP(free_p) char *text = NULL;
	const size_t known = timeline->n;
	size_t size = 0;
	ssize_t len;
	enum err err = OK;
	FILE *file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? OK : ERR_SYSTEM_HERE();
	while (err == OK && (len = getline(&text, &size, file)) > 0)
		err = text_add(text, (size_t)len, known, timeline);
	if (err == OK && ferror(file))
		err = ERR_SYSTEM_HERE();
	fclose(file);
	return err;
}
