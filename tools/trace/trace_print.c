/* SPDX-License-Identifier: MIT */
#include "tools/trace/trace_print.h"

#include "adapters/json/json.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- for people ---- */

static enum err
head_print(const struct traced *traced, struct buf *text)
{
	char start[DAY_TEXT], end[DAY_TEXT], price[MONEY_TEXT];
	return buf_addf(text,
	                "booking %" PRIu64 ", reference %s: %s\n"
	                "room %" PRIu64 " of host %" PRIu64 ", %s to %s, %s, guest %" PRIu64 "\n\n",
	                traced->book_id, traced->reference, book_status_name(traced->status),
	                traced->room_id, traced->host_id, day_format(traced->stay.start, start),
	                day_format(traced->stay.end, end),
	                money_format(traced->price, traced->currency, price), traced->guest_id);
}

/* before: the entry before, or NULL. */
static enum err
when_print(const struct timeline_entry *entry, const struct timeline_entry *before,
           struct buf *text)
{
	char at[INSTANT_TEXT], after[32] = "";
	if (!entry->at)
		return buf_addf(text, "%-24s  %12s", "no time", "");
	if (before)
		snprintf(after, sizeof(after), "+%" PRId64 ".%03" PRId64 " s",
		         (entry->at - before->at) / 1000, (entry->at - before->at) % 1000);
	return buf_addf(text, "%-24s  %12s", instant_format(entry->at, at), after);
}

static enum err
names_print(const struct timeline_entry *entry, struct buf *text)
{
	const struct {
		const char *what, *name;
	} names[] = {{"request", entry->request_id},
	             {"event", entry->event_id},
	             {"trace", entry->traceparent}};
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(names); i++)
		if (*names[i].name)
			err = buf_addf(text, "  [%s %s]", names[i].what, names[i].name);
	return err == OK ? buf_addf(text, "\n") : err;
}

enum err
trace_print(const struct traced *traced, const struct timeline *timeline, const char *missing,
            struct buf *text)
{
	enum err err = head_print(traced, text);
	for (size_t i = 0; err == OK && i < timeline->n; i++) {
		const struct timeline_entry *entry = &timeline->list[i];
		err = when_print(entry, i ? entry - 1 : NULL, text);
		if (err == OK)
			err = buf_addf(text, "  %-7s  %s", entry->part, entry->what);
		if (err == OK)
			err = names_print(entry, text);
	}
	if (err == OK && missing)
		err = buf_addf(text, "\nincomplete: %s is unavailable\n", missing);
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
entry_view(const struct timeline_entry *entry, const struct timeline_entry *before)
{
	struct json_object *view = json_new_object();
	if (entry->at)
		json_put_instant(&view, "at", entry->at);
	else
		json_put_null(&view, "at");
	if (entry->at && before)
		json_put_u64(&view, "afterMs", (uint64_t)(entry->at - before->at));
	json_put_text(&view, "part", entry->part);
	json_put_text(&view, "what", entry->what);
	put_text_if_any(&view, "requestId", entry->request_id);
	put_text_if_any(&view, "eventId", entry->event_id);
	put_text_if_any(&view, "traceparent", entry->traceparent);
	return view;
}

enum err
trace_print_json(const struct traced *traced, const struct timeline *timeline, const char *missing,
                 struct buf *text)
{
	CLEANUP(json_p) struct json_object *view = json_new_object();
	struct json_object *steps = json_new_array();
	for (size_t i = 0; i < timeline->n; i++)
		json_append(&steps,
		            entry_view(&timeline->list[i], i ? &timeline->list[i - 1] : NULL));
	json_put_u64(&view, "bookId", traced->book_id);
	json_put_text(&view, "reference", traced->reference);
	json_put_text(&view, "status", book_status_name(traced->status));
	json_put_u64(&view, "roomId", traced->room_id);
	json_put_u64(&view, "hostId", traced->host_id);
	json_put_u64(&view, "guestId", traced->guest_id);
	json_put_value(&view, "steps", steps);
	json_put_text(&view, "missing", missing);
	if (!view)
		return ERR_MEMORY;
	enum err err = json_write(view, text);
	return err == OK ? buf_addf(text, "\n") : err;
}
