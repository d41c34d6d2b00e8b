/* SPDX-License-Identifier: MIT */
#include "tools/trace/timeline.h"

#include <stdlib.h>
#include <string.h>

enum err
timeline_add(struct timeline *timeline, const struct timeline_entry *entry)
{
	if (timeline->n == timeline->size) {
		size_t size = timeline->size ? timeline->size * 2 : 32;
		struct timeline_entry *list = reallocarray(timeline->list, size, sizeof(*list));
		if (!list)
			return ERR_MEMORY;
		timeline->list = list;
		timeline->size = size;
	}
	timeline->list[timeline->n++] = *entry;
	return OK;
}

static int
compare(const void *left, const void *right)
{
	const struct timeline_entry *a = left, *b = right;
	if (!a->at != !b->at)
		return a->at ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	int order = strcmp(a->event_id, b->event_id);
	return order ? order : strcmp(a->what, b->what);
}

void
timeline_sort(struct timeline *timeline)
{
	if (timeline->n)
		qsort(timeline->list, timeline->n, sizeof(*timeline->list), compare);
}

void
timeline_done(struct timeline *timeline)
{
	free(timeline->list);
}
