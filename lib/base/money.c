/* SPDX-License-Identifier: MIT */
/* money - amounts in the currency's smallest unit. */
#include "base/money.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdbool.h>
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

/* The length of a whole number, "1500" or "1,500"; 0 if it is none. */
static size_t
whole_length(const char *text)
{
	size_t n = strspn(text, "0123456789");
	if (n == 0 || n > 3 || text[n] != ',')
		return n;
	while (text[n] == ',') {
		if (strspn(text + n + 1, "0123456789") != 3)
			return 0;
		n += 4;
	}
	return n;
}

/* Appends the digits of n characters to the amount, whatever stands between them. */
static enum err
digits_append(const char *text, size_t n, money_t *amount)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			continue;
		if (__builtin_mul_overflow(*amount, 10, amount) ||
		    __builtin_add_overflow(*amount, (money_t)(text[i] - '0'), amount))
			return ERR_TOO_LARGE;
	}
	return OK;
}

enum err
money_parse(const char *text, const char *currency, money_t *ret_amount)
{
	unsigned decimals;
	money_t amount = 0;
	enum err err = currency_decimals(currency, &decimals);
	if (err != OK)
		return err;
	text += strspn(text, " ");
	const size_t whole = whole_length(text);
	const bool has_point = text[whole] == '.';
	const char *fraction = text + whole + has_point;
	const size_t given = has_point ? strspn(fraction, "0123456789") : 0;
	if (whole == 0 || (has_point && given == 0) ||
	    fraction[given + strspn(fraction + given, " ")])
		return ERR_MALFORMED;
	if (given > decimals)
		return ERR_INVALID;
	err = digits_append(text, whole, &amount);
	if (err == OK)
		err = digits_append(fraction, given, &amount);
	if (err == OK)
		err = digits_append("0000", decimals - given, &amount);
	if (err == OK && amount > MONEY_MAX)
		err = ERR_TOO_LARGE;
	if (err == OK)
		*ret_amount = amount;
	return err;
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

const char *
money_format_grouped(money_t amount, const char *currency, char text[MONEY_GROUPED_TEXT])
{
	char plain[MONEY_TEXT];
	size_t n = 0;
	money_format(amount, currency, plain);
	const size_t digits = strspn(plain, "0123456789");
	for (size_t i = 0; plain[i]; i++) {
		if (i > 0 && i < digits && (digits - i) % 3 == 0)
			text[n++] = ',';
		text[n++] = plain[i];
	}
	text[n] = '\0';
	return text;
}
