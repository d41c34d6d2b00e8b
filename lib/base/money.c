/* SPDX-License-Identifier: MIT */
/* money - amounts in the currency's smallest unit. */
#include "base/money.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
	char code[4];
	unsigned decimals;
} currencies[] = {
#define CURRENCY(code, decimals) {#code, decimals},
#include "base/currencies.h"
#undef CURRENCY
};

enum err
money_times(money_t price, uint32_t times, money_t *ret_sum)
{
	money_t sum;
	if (__builtin_mul_overflow(price, times, &sum) || sum > MONEY_MAX)
		return ERR_INVALID;
	*ret_sum = sum;
	return OK;
}

enum err
currency_decimals(const char *currency, unsigned *ret_decimals)
{
	for (size_t i = 0; i < ARRAY_SIZE(currencies); i++) {
		if (strcmp(currencies[i].code, currency) == 0) {
			*ret_decimals = currencies[i].decimals;
			return OK;
		}
	}
	return ERR_NOT_FOUND;
}

/* How many of the smallest units make one of the currency. */
static money_t
units_of(unsigned decimals)
{
	money_t units = 1;
	while (decimals-- > 0)
		units *= 10;
	return units;
}

const char *
money_format(money_t amount, const char *currency, char text[MONEY_TEXT])
{
	unsigned decimals = 0;
	if (currency_decimals(currency, &decimals) != OK || decimals == 0)
		snprintf(text, MONEY_TEXT, "%" PRIu64 " %.3s", amount, currency);
	else
		snprintf(text, MONEY_TEXT, "%" PRIu64 ".%0*" PRIu64 " %.3s",
		         amount / units_of(decimals), (int)decimals, amount % units_of(decimals),
		         currency);
	return text;
}
