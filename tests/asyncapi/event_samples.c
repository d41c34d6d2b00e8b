/* SPDX-License-Identifier: MIT */
/*
 * event_samples - events as the product writes and reads them, for a comparison with docs/events.
 *
 *	event-samples          prints events of every type, one a line
 *	event-samples --read   says of each line on standard input which type was read, or "poison"
 */
#include "adapters/json/event.h"
#include "base/mem.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

/* The longest there can be, of characters that have four bytes each. */
static void
fill(char *text, size_t size)
{
	size_t at = 0;
	for (; at + 4 < size; at += 4)
		memcpy(text + at, "🏨", 4);
	text[at] = '\0';
}

/* Everything that may be there is, at its utmost. */
static void
enlarge(struct event *event)
{
	assert_ok(uuid_v7(event->causation_id));
	memset(event->request_id, 'r', sizeof(event->request_id) - 1);
	assert_ok(text_copy(event->traceparent, sizeof(event->traceparent),
	                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
	if (event_kinds[event->type].aggregate == AGGREGATE_ROOM) {
		struct room *room = &event->data.room;
		fill(room->name, sizeof(room->name));
		fill(room->description, sizeof(room->description));
		fill(room->city, sizeof(room->city));
		room->price = ROOM_PRICE_MAX;
		room->capacity = ROOM_CAPACITY_MAX;
		room->host_id = INT64_MAX;
	}
	if (event_kinds[event->type].aggregate == AGGREGATE_BOOK) {
		struct book *book = &event->data.book;
		if (event->type != EVENT_BOOK_ERASED)
			fill(book->contact.name, sizeof(book->contact.name));
		book->pay_id = INT64_MAX;
		book->pay_until = life_time(9);
		book->guest_id = event->type == EVENT_BOOK_CLAIMED ? INT64_MAX : 0;
	}
}

static void
print(const struct event *event)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	assert_ok(event_write(event, &body));
	assert_null(memchr(body.data, '\n', body.len));
	puts(body.data);
}

static void
samples_print(void)
{
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = life_event((enum event_type)type);
		print(&event);
		enlarge(&event);
		print(&event);
	}
}

static void
lines_read(void)
{
	static char line[EVENT_BODY_MAX];
	while (fgets(line, sizeof(line), stdin)) {
		struct event event;
		enum err err = event_read(line, strlen(line), &event);
		puts(err == OK ? event_kinds[event.type].name : "poison");
	}
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--read") == 0)
		lines_read();
	else
		samples_print();
	return ferror(stdin) || fflush(stdout) != 0;
}
