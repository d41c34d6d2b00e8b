/* SPDX-License-Identifier: MIT */
/* projection - sorts events for a consumer. */
#include "adapters/mariadb/projection.h"

#include <stdlib.h>

static uint64_t
row_number(const struct event *event)
{
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: return event->data.room.id;
	case AGGREGATE_BOOK: return event->data.book.id;
	case AGGREGATE_PAYMENT: return event->data.payment.book_id;
	}
	return 0;
}

static int
by_row(const void *left, const void *right)
{
	const struct event *a = *(const struct event *const *)left;
	const struct event *b = *(const struct event *const *)right;
	const bool a_room = event_kinds[a->type].aggregate == AGGREGATE_ROOM;
	const bool b_room = event_kinds[b->type].aggregate == AGGREGATE_ROOM;
	const uint64_t a_number = row_number(a), b_number = row_number(b);
	if (a_room != b_room)
		return a_room ? -1 : 1;
	return (a_number > b_number) - (a_number < b_number);
}

enum err
projection_order(const struct event events[], size_t n, const struct event ***ret_ordered)
{
	const struct event **ordered = calloc(n + 1, sizeof(*ordered));
	if (!ordered)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		ordered[i] = &events[i];
	qsort(ordered, n, sizeof(*ordered), by_row);
	*ret_ordered = ordered;
	return OK;
}
