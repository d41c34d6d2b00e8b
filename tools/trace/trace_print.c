/* trace_print - a traced booking, to be read. */
#include "tools/trace/trace_print.h"

#include "adapters/json/json.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- for people ---- */

static enum err
head_print(const struct traced *traced, struct buf *text)
{
	char start[DAY_TEXT], end[DAY_TEXT];
	return buf_addf(text,
	                "book %" PRIu64 ", reference %s: %s\n"
	                "room %" PRIu64 " of host %" PRIu64 ", %s to %s, %" PRIu64
	                " %s, guest %" PRIu64 "\n\n",
	                traced->book_id, traced->reference, book_status_name(traced->status),
	                traced->room_id, traced->host_id, day_format(traced->stay.start, start),
	                day_format(traced->stay.end, end), traced->price, traced->currency,
	                traced->guest_id);
}

/* before: the step before, or NULL. */
static enum err
when_print(const struct step *step, const struct step *before, struct buf *text)
{
	char at[INSTANT_TEXT], after[32] = "";
	if (!step->at)
		return buf_addf(text, "%-24s  %12s", "no time", "");
	if (before)
		snprintf(after, sizeof(after), "+%" PRId64 ".%03" PRId64 " s",
		         (step->at - before->at) / 1000, (step->at - before->at) % 1000);
	return buf_addf(text, "%-24s  %12s", instant_format(step->at, at), after);
}

static enum err
names_print(const struct step *step, struct buf *text)
{
	const struct {
		const char *what, *name;
	} names[] = {{"request", step->request_id},
	             {"event", step->event_id},
	             {"trace", step->traceparent}};
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(names); i++)
		if (*names[i].name)
			err = buf_addf(text, "  [%s %s]", names[i].what, names[i].name);
	return err == OK ? buf_addf(text, "\n") : err;
}

enum err
trace_print(const struct traced *traced, const struct steps *steps, const char *missing,
            struct buf *text)
{
	enum err err = head_print(traced, text);
	for (size_t i = 0; err == OK && i < steps->n; i++) {
		const struct step *step = &steps->list[i];
		err = when_print(step, i ? step - 1 : NULL, text);
		if (err == OK)
			err = buf_addf(text, "  %-7s  %s", step->part, step->what);
		if (err == OK)
			err = names_print(step, text);
	}
	if (err == OK && missing)
		err = buf_addf(text, "\nincomplete: %s cannot be asked now\n", missing);
	return err;
}

/* ---- for programs ---- */

static void
put_text_if_any(struct json_object **view, const char *name, const char *value)
{
	if (*value)
		json_put_text(view, name, value);
}

static struct json_object *
step_view(const struct step *step, const struct step *before)
{
	struct json_object *view = json_new_object();
	if (step->at)
		json_put_instant(&view, "at", step->at);
	else
		json_put_null(&view, "at");
	if (step->at && before)
		json_put_u64(&view, "afterMs", (uint64_t)(step->at - before->at));
	json_put_text(&view, "part", step->part);
	json_put_text(&view, "what", step->what);
	put_text_if_any(&view, "requestId", step->request_id);
	put_text_if_any(&view, "eventId", step->event_id);
	put_text_if_any(&view, "traceparent", step->traceparent);
	return view;
}

static struct json_object *
steps_view(const struct steps *steps)
{
	struct json_object *view = json_new_array();
	for (size_t i = 0; i < steps->n; i++)
		json_append(&view, step_view(&steps->list[i], i ? &steps->list[i - 1] : NULL));
	return view;
}

enum err
trace_print_json(const struct traced *traced, const struct steps *steps, const char *missing,
                 struct buf *text)
{
	CLEANUP(json_p) struct json_object *view = json_new_object();
	json_put_u64(&view, "bookId", traced->book_id);
	json_put_text(&view, "reference", traced->reference);
	json_put_text(&view, "status", book_status_name(traced->status));
	json_put_u64(&view, "roomId", traced->room_id);
	json_put_u64(&view, "hostId", traced->host_id);
	json_put_u64(&view, "guestId", traced->guest_id);
	json_put_value(&view, "steps", steps_view(steps));
	json_put_text(&view, "missing", missing);
	if (!view)
		return ERR_MEMORY;
	enum err err = json_write(view, text);
	return err == OK ? buf_addf(text, "\n") : err;
}
