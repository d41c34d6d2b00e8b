/* SPDX-License-Identifier: MIT */
/*
 * money - amounts in the currency's smallest unit, never negative, never rounded.
 *
 * ISO 4217 gives each currency its minor unit: 1500 are 1500 KRW, 15.00 EUR and 1.500 KWD. Programs
 * exchange the whole number; people read and write the decimals.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/err.h"

#include <stdint.h>

typedef uint64_t money_t;

#define MONEY_MAX \
	INT64_MAX /* so that every amount fits a signed BIGINT and JSON readers' int64 \
	           */
#define MONEY_TEXT sizeof("18446744073709551615.00 EUR")

/* price x times. ERR_INVALID over MONEY_MAX. */
MUST_CHECK enum err money_times(money_t price, uint32_t times, money_t *ret_sum);

/* The number of decimals of a currency's amounts. ERR_NOT_FOUND: the code is none of ISO 4217, or has
 * no minor unit (XXX, XAU). */
MUST_CHECK enum err currency_decimals(const char *currency, unsigned *ret_decimals);

/* Writes an amount for people, "45.00 EUR", and returns text. Of a currency that is not known, which
 * only data of another version can have, it writes the smallest units. */
const char *money_format(money_t amount, const char *currency, char text[MONEY_TEXT]);

/* The same with its thousands grouped by commas, "1,500.00 EUR". */
#define MONEY_GROUPED_TEXT (MONEY_TEXT + 6)
const char *money_format_grouped(money_t amount, const char *currency,
                                 char text[MONEY_GROUPED_TEXT]);

/*
 * Reads an amount as people write it: "45", "45.5", "45.00", "1,500.00", spaces around it ignored. A
 * point begins the decimals and commas group thousands, as the languages of the pages have it, so
 * that "45,00" is an error and never 4500. ERR_MALFORMED: it is not an amount; ERR_INVALID: it has
 * more decimals than the currency; ERR_TOO_LARGE: over MONEY_MAX; ERR_NOT_FOUND: no such currency.
 */
MUST_CHECK enum err money_parse(const char *text, const char *currency, money_t *ret_amount);

#endif
