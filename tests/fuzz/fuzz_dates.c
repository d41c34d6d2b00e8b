/* SPDX-License-Identifier: MIT */
/* Dates, instants and amounts: what is read is written as the same again. */
#include "fuzz.h"

#include "base/day.h"
#include "base/mem.h"
#include "base/money.h"

static void
check_day(const char *text)
{
	char written[DAY_TEXT];
	day_t day, again;
	if (day_parse(text, &day) != OK)
		return;
	PROPERTY(day_parse(day_format(day, written), &again) == OK && again == day);
	PROPERTY(strlen(text) != sizeof(written) - 1 || strcmp(text, written) == 0);
}

static void
check_instant(const char *text)
{
	char written[INSTANT_TEXT];
	instant_t instant, again;
	if (instant_parse(text, &instant) != OK)
		return;
	PROPERTY(instant_parse(instant_format(instant, written), &again) == OK);
	PROPERTY(again == instant && strcmp(text, written) == 0);
}

static void
check_money(const char *text, const char *currency)
{
	char written[MONEY_TEXT];
	money_t amount, again;
	if (money_parse(text, currency, &amount) != OK)
		return;
	PROPERTY(amount <= MONEY_MAX);
	money_format(amount, currency, written);
	*strchr(written, ' ') = '\0';
	PROPERTY(money_parse(written, currency, &again) == OK && again == amount);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP(free_p) char *text = fuzz_text(bytes, n);
	check_day(text);
	check_instant(text);
	check_money(text, "KRW");
	check_money(text, "EUR");
	check_money(text, "KWD");
	return 0;
}
