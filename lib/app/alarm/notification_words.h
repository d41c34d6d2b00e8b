/* SPDX-License-Identifier: MIT */
/*
 * notification_words - the placeholders in notification_texts and their values.
 *
 *	{book} number and reference   {room} number, with its name if it has one
 *	{stay} from - to              {price} amount, "45.00 EUR"   {until} end of the hold, with its zone
 *	{name} the guest's name
 */
#ifndef APP_ALARM_NOTIFICATION_WORDS_H
#define APP_ALARM_NOTIFICATION_WORDS_H

#include "domain/event.h"

#define ROOM_WORD_SIZE (TEXT_SIZE(ROOM_NAME_CHARS) + 32)

/* The values of the placeholders for one event; "": the event has none. */
struct words {
	enum language language;
	char book[48], room[ROOM_WORD_SIZE], stay[112], price[MONEY_TEXT + 16];
	char until[MOMENT_TEXT + 32], name[TEXT_SIZE(GUEST_NAME_CHARS)];
};

/* room_name: of the event's room, as it is known; "": unknown. Amounts and dates are written as the
 * readers of the language do. */
void words_of_event(const struct event *event, const char *room_name, enum language language,
                    struct words *words);

/* Writes a text with its placeholders replaced, at most size - 1 bytes and a NUL. Returns the
 * length; size or more if the text was cut off. Unit tests make sure that the longest text fits. */
size_t words_write(const char *text, const struct words *words, char *to, size_t size);

#endif
