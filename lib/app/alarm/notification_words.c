/* SPDX-License-Identifier: MIT */
#include "app/alarm/notification_words.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void
set_room(struct words *words, uint64_t room_id, const char *name)
{
	snprintf(words->room, sizeof(words->room), *name ? "%" PRIu64 " (%s)" : "%" PRIu64, room_id,
	         name);
}

static void
set_price(struct words *words, money_t price, const char *currency)
{
	money_format(price, currency, words->price);
}

static void
set_stay(struct words *words, struct stay stay)
{
	char start[DAY_TEXT], end[DAY_TEXT];
	snprintf(words->stay, sizeof(words->stay), "%s - %s", day_format(stay.start, start),
	         day_format(stay.end, end));
}

static void
words_of_book(struct words *words, const struct book *book)
{
	words->book_id = book->id;
	snprintf(words->book, sizeof(words->book), "%" PRIu64 " (%s)", book->id, book->reference);
	snprintf(words->name, sizeof(words->name), "%s",
	         *book->contact.name ? book->contact.name : "-");
	set_room(words, book->room_id, "");
	set_price(words, book->price, book->currency);
	set_stay(words, book->stay);
	instant_format_local(book->pay_until, words->until);
}

static void
words_of_payment(struct words *words, const struct payment *payment)
{
	words->book_id = payment->book_id;
	snprintf(words->book, sizeof(words->book), "%" PRIu64, payment->book_id);
	set_room(words, payment->room_id, "");
	set_price(words, payment->price, payment->currency);
	set_stay(words, payment->stay);
}

void
words_of_event(const struct event *event, struct words *words)
{
	*words = (struct words){0};
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM:
		set_room(words, event->data.room.id, event->data.room.name);
		set_price(words, event->data.room.price, event->data.room.currency);
		break;
	case AGGREGATE_BOOK: words_of_book(words, &event->data.book); break;
	case AGGREGATE_PAYMENT: words_of_payment(words, &event->data.payment); break;
	}
}

static const char *
word_find(const struct words *words, const char *name, size_t n)
{
	const struct {
		const char *name, *value;
	} table[] = {
		{"book", words->book},   {"room", words->room},   {"stay", words->stay},
		{"price", words->price}, {"until", words->until}, {"name", words->name},
	};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strlen(table[i].name) == n && !strncmp(table[i].name, name, n))
			return table[i].value;
	return "";
}

size_t
words_write(const char *text, const struct words *words, char *to, size_t size)
{
	size_t len = 0;
	while (*text && len < size - 1) {
		size_t literal = strcspn(text, "{"), word = strcspn(text, "}");
		int n = snprintf(to + len, size - len, "%.*s%s", (int)literal, text,
		                 text[literal]
		                         ? word_find(words, text + literal + 1, word - literal - 1)
		                         : "");
		len += (size_t)n;
		text += text[literal] ? word + 1 : literal;
	}
	return len;
}
