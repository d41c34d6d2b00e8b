/*
 * trace_requests - the requests that led to what happened, from nginx's log.
 *
 * A request is known by its id; since clients may choose it, and choose it again, it also has to
 * have been under way at about the time of a step that names it.
 */
#include "adapters/json/json.h"
#include "base/mem.h"
#include "tools/trace/trace_sources.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define AROUND_MS 15000 /* longer than any request takes */

struct line {
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

/* Seconds with a point, as nginx writes them. Below 0: there is no such member. */
static double
seconds_member(struct json_object *line, const char *name)
{
	struct json_object *value;
	if (!json_object_object_get_ex(line, name, &value))
		return -1;
	return json_object_get_double(value);
}

/* Whether the line has all that is asked for. */
static bool
line_read(struct json_object *json, struct line *ret_line)
{
	struct json_object *status;
	double ended = seconds_member(json, "ended"), took = seconds_member(json, "seconds");
	if (ended < 0 || took < 0 || !json_object_object_get_ex(json, "status", &status))
		return false;
	*ret_line = (struct line){.request_id = text_member(json, "request_id"),
	                          .listener = text_member(json, "listener"),
	                          .method = text_member(json, "method"),
	                          .path = text_member(json, "path"),
	                          .status = json_object_get_int64(status),
	                          .from = (instant_t)((ended - took) * 1000 + 0.5),
	                          .to = (instant_t)(ended * 1000 + 0.5)};
	return ret_line->request_id && ret_line->listener && ret_line->method && ret_line->path;
}

/* Whether one of the first n steps came of it. */
static bool
led_to_any(const struct line *line, const struct steps *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *step = &steps->list[i];
		if (step->at && !strcmp(step->request_id, line->request_id) &&
		    step->at >= line->from - AROUND_MS && step->at <= line->to + AROUND_MS)
			return true;
	}
	return false;
}

static enum err
line_add(const struct line *line, struct steps *steps)
{
	struct step step = {.at = line->from, .rank = STEP_REQUEST, .part = "nginx"};
	snprintf(step.what, sizeof(step.what), "%s %.800s%s: %d after %d ms", line->method,
	         line->path, strcmp(line->listener, "internal") ? "" : " (internal)",
	         (int)line->status, (int)(line->to - line->from));
	snprintf(step.request_id, sizeof(step.request_id), "%s", line->request_id);
	return steps_add(steps, &step);
}

/* Most lines are of other requests: they are not read as JSON at all. */
static bool
may_name_any(const char *text, const struct steps *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (*steps->list[i].request_id && strstr(text, steps->list[i].request_id))
			return true;
	return false;
}

static enum err
text_add(const char *text, size_t len, size_t known, struct steps *steps)
{
	CLEANUP(json_p) struct json_object *json = NULL;
	const char *why;
	struct line line;
	if (!may_name_any(text, steps, known))
		return OK;
	enum err err = json_read(text, len, &json, &why);
	if (err == ERR_MALFORMED)
		return OK; /* half a line: the log was cut while it was copied */
	if (err != OK || !line_read(json, &line) || !led_to_any(&line, steps, known))
		return err;
	return line_add(&line, steps);
}

enum err
trace_requests(const char *path, struct steps *steps)
{
	CLEANUP(free_p) char *text = NULL;
	const size_t known = steps->n;
	size_t size = 0;
	ssize_t len;
	enum err err = OK;
	FILE *file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? OK : ERR_SYSTEM_HERE();
	while (err == OK && (len = getline(&text, &size, file)) > 0)
		err = text_add(text, (size_t)len, known, steps);
	if (err == OK && ferror(file))
		err = ERR_SYSTEM_HERE();
	fclose(file);
	return err;
}
