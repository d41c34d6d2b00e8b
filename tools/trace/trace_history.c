/* SPDX-License-Identifier: MIT */
/* trace_history - the events of a booking in the stream `history`. */
#include "base/mem.h"
#include "tools/common/broker_history.h"
#include "tools/trace/trace_sources.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Delivery is at least once, so the stream may have an event more than once. */
static bool
is_known(const struct timeline *timeline, const struct event *event)
{
	for (size_t i = 0; i < timeline->n; i++)
		if (strcmp(timeline->list[i].event_id, event->id) == 0)
			return true;
	return false;
}

static enum err
event_add(const struct event *event, bool genuine, void *arg)
{
	struct timeline *timeline = arg;
	struct timeline_entry entry;
	if (is_known(timeline, event))
		return OK;
	entry = (struct timeline_entry){.at = event->time, .rank = ENTRY_EVENT, .part = "history"};
	snprintf(entry.what, sizeof(entry.what), "%s%s, version %" PRIu64,
	         genuine ? "" : "forged: ", event_kinds[event->type].name, event->sequence);
	memcpy(entry.request_id, event->request_id, sizeof(entry.request_id));
	memcpy(entry.event_id, event->id, sizeof(entry.event_id));
	memcpy(entry.traceparent, event->traceparent, sizeof(entry.traceparent));
	return timeline_add(timeline, &entry);
}

enum err
trace_history(struct broker *broker, const struct traced *traced, struct timeline *timeline)
{
	CLEANUP(timeline_done) struct timeline found = {0};
	char correlation_id[24];
	snprintf(correlation_id, sizeof(correlation_id), "%" PRIu64, traced->book_id);
	enum err err = broker_history_read(broker, correlation_id, event_add, &found);
	for (size_t i = 0; err == OK && i < found.n; i++)
		err = timeline_add(timeline, &found.list[i]);
	return err;
}
