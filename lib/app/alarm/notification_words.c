/* SPDX-License-Identifier: MIT */
#include "app/alarm/notification_words.h"

#include "base/mem.h"
#include "domain/characters.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_WORDS 40 /* of a date as people write it */

static void
set_room(struct words *words, uint64_t room_id, const char *name)
{
	char clean[TEXT_SIZE(ROOM_NAME_CHARS)];
	snprintf(clean, sizeof(clean), "%s", name);
	characters_neutralise(clean);
	snprintf(words->room, sizeof(words->room), *clean ? "%" PRIu64 " (%s)" : "%" PRIu64,
	         room_id, clean);
}

/* Won as Koreans write them, "360,000원"; all else as everywhere, "45.00 EUR". */
static void
set_price(struct words *words, money_t price, const char *currency)
{
	char text[MONEY_TEXT], grouped[MONEY_GROUPED_TEXT];
	if (words->language != LANGUAGE_KO || strcmp(currency, "KRW") != 0) {
		snprintf(words->price, sizeof(words->price), "%s",
		         money_format(price, currency, text));
		return;
	}
	money_format_grouped(price, currency, grouped);
	snprintf(words->price, sizeof(words->price), "%.*s원", (int)strcspn(grouped, " "), grouped);
}

/* "5 May 2027", "2027년 5월 5일". */
static const char *
day_write(day_t day, enum language language, char text[DAY_WORDS])
{
	static const char *const months[] = {"January",   "February", "March",    "April",
	                                     "May",       "June",     "July",     "August",
	                                     "September", "October",  "November", "December"};
	char iso[DAY_TEXT];
	day_format(day, iso);
	const int month = (iso[5] - '0') * 10 + (iso[6] - '0');
	const int mday = (iso[8] - '0') * 10 + (iso[9] - '0');
	if (language == LANGUAGE_KO)
		snprintf(text, DAY_WORDS, "%.4s년 %d월 %d일", iso, month, mday);
	else
		snprintf(text, DAY_WORDS, "%d %s %.4s", mday, months[(month + 11) % 12], iso);
	return text;
}

static void
set_stay(struct words *words, struct stay stay)
{
	char start[DAY_WORDS], end[DAY_WORDS];
	const int nights = stay_nights(stay);
	day_write(stay.start, words->language, start);
	day_write(stay.end, words->language, end);
	if (words->language == LANGUAGE_KO)
		snprintf(words->stay, sizeof(words->stay), "%s ~ %s(%d박)", start, end, nights);
	else
		snprintf(words->stay, sizeof(words->stay), "%s - %s (%d night%s)", start, end,
		         nights, nights == 1 ? "" : "s");
}

/* "5 May 2027 14:32 KST": the time and its zone are written as everywhere. */
static void
set_until(struct words *words, instant_t until)
{
	char moment[MOMENT_TEXT], text[DAY_WORDS], iso[DAY_TEXT];
	day_t day;
	instant_format_local(until, moment);
	snprintf(iso, sizeof(iso), "%.*s", (int)sizeof(iso) - 1, moment);
	if (strlen(moment) < DAY_TEXT || day_parse(iso, &day) != OK)
		snprintf(words->until, sizeof(words->until), "%s", moment);
	else
		snprintf(words->until, sizeof(words->until), "%s%s",
		         day_write(day, words->language, text), moment + DAY_TEXT - 1);
}

/* Who comes; a guest without a name is called by number. */
static void
set_name(struct words *words, const struct book *book)
{
	const bool korean = words->language == LANGUAGE_KO;
	snprintf(words->name, sizeof(words->name), "%s", book->contact.name);
	characters_neutralise(words->name);
	if (*words->name)
		return;
	if (!book->guest_id)
		snprintf(words->name, sizeof(words->name), "%s",
		         korean ? "이름을 남기지 않은 손님" : "a guest without a name");
	else if (korean)
		snprintf(words->name, sizeof(words->name), "%" PRIu64 "번 손님", book->guest_id);
	else
		snprintf(words->name, sizeof(words->name), "guest %" PRIu64, book->guest_id);
}

static void
words_of_book(struct words *words, const struct book *book)
{
	snprintf(words->book, sizeof(words->book), "%" PRIu64 " (%s)", book->id, book->reference);
	set_name(words, book);
	set_price(words, book->price, book->currency);
	set_stay(words, book->stay);
	set_until(words, book->pay_until);
}

static void
words_of_payment(struct words *words, const struct payment *payment)
{
	snprintf(words->book, sizeof(words->book), "%" PRIu64, payment->book_id);
	set_price(words, payment->price, payment->currency);
	set_stay(words, payment->stay);
}

void
words_of_event(const struct event *event, const char *room_name, enum language language,
               struct words *words)
{
	*words = (struct words){.language = language};
	set_room(words, event_room_id(event), room_name);
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
