/* SPDX-License-Identifier: MIT */
/* Amounts as people read and write them, and sums that do not overflow. */
#include "test.h"

#include "base/money.h"

/* Stands for every text that has an amount: they all call it. */
static void
an_amount_for_people_has_the_decimals_of_its_currency(void **state)
{
	(void)state;
	static const struct {
		money_t amount;
		const char *currency, *text;
	} amounts[] = {
		{4500, "KRW", "4500 KRW"},
		{4500, "EUR", "45.00 EUR"},
		{4500, "KWD", "4.500 KWD"},
		{4500, "CLF", "0.4500 CLF"},
		{4500, "JPY", "4500 JPY"},
		{5, "USD", "0.05 USD"},
		{100, "USD", "1.00 USD"},
		{0, "EUR", "0.00 EUR"},
		{0, "KRW", "0 KRW"},
		{1050, "HUF", "10.50 HUF"},
		{MONEY_MAX, "BHD", "9223372036854775.807 BHD"},
		{UINT64_MAX, "EUR", "184467440737095516.15 EUR"}, /* what no store has */
		{4500, "XXX", "4500 XXX"},
	};
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		char text[MONEY_TEXT];
		assert_string_equal(money_format(amounts[i].amount, amounts[i].currency, text),
		                    amounts[i].text);
	}
}

static void
an_amount_has_its_thousands_grouped(void **state)
{
	(void)state;
	static const struct {
		money_t amount;
		const char *currency, *text;
	} amounts[] = {
		{0, "KRW", "0 KRW"},
		{999, "KRW", "999 KRW"},
		{1000, "KRW", "1,000 KRW"},
		{360000, "KRW", "360,000 KRW"},
		{1234567, "EUR", "12,345.67 EUR"},
		{99999, "KWD", "99.999 KWD"},
		{UINT64_MAX, "KRW", "18,446,744,073,709,551,615 KRW"},
	};
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		char text[MONEY_GROUPED_TEXT];
		assert_string_equal(
			money_format_grouped(amounts[i].amount, amounts[i].currency, text),
			amounts[i].text);
	}
}

/* What people type into a form, a query or a CSV file. */
static void
an_amount_is_read_as_people_write_it(void **state)
{
	(void)state;
	static const struct {
		const char *text, *currency;
		enum err err;
		money_t amount;
	} amounts[] = {
		{"45", "EUR", OK, 4500},
		{"45.00", "EUR", OK, 4500},
		{"45.5", "EUR", OK, 4550},
		{" 0.05 ", "EUR", OK, 5},
		{"0045.00", "EUR", OK, 4500},
		{"1,500", "EUR", OK, 150000},
		{"1,234,567.89", "EUR", OK, 123456789},
		{"85,000", "KRW", OK, 85000},
		{"85000", "KRW", OK, 85000},
		{"4.5", "KWD", OK, 4500},
		{"4,500", "KWD", OK, 4500000},
		{"0", "KRW", OK, 0},
		{"9223372036854775807", "KRW", OK, MONEY_MAX},
		{"92233720368547758.07", "EUR", OK, MONEY_MAX},
		/* A comma never begins decimals: 45,00 is neither 45 nor 4500. */
		{"45,00", "EUR", ERR_MALFORMED, 7},
		{"45,0", "EUR", ERR_MALFORMED, 7},
		{"1,50", "KWD", ERR_MALFORMED, 7},
		{"1.500,00", "EUR", ERR_MALFORMED, 7},
		{"1500,000", "EUR", ERR_MALFORMED, 7},
		{"1,,000", "EUR", ERR_MALFORMED, 7},
		{"1,0000", "EUR", ERR_MALFORMED, 7},
		{",500", "EUR", ERR_MALFORMED, 7},
		{"", "EUR", ERR_MALFORMED, 7},
		{" ", "EUR", ERR_MALFORMED, 7},
		{".", "EUR", ERR_MALFORMED, 7},
		{".50", "EUR", ERR_MALFORMED, 7},
		{"45.", "EUR", ERR_MALFORMED, 7},
		{"4 5", "EUR", ERR_MALFORMED, 7},
		{"-1", "EUR", ERR_MALFORMED, 7},
		{"+1", "EUR", ERR_MALFORMED, 7},
		{"1e3", "EUR", ERR_MALFORMED, 7},
		{"45.00 EUR", "EUR", ERR_MALFORMED, 7},
		{"€45", "EUR", ERR_MALFORMED, 7},
		{"45.005", "EUR", ERR_INVALID, 7},
		{"45.000", "EUR", ERR_INVALID, 7},
		{"85000.0", "KRW", ERR_INVALID, 7},
		{"4.5000", "KWD", ERR_INVALID, 7},
		{"9223372036854775808", "KRW", ERR_TOO_LARGE, 7},
		{"92233720368547758.08", "EUR", ERR_TOO_LARGE, 7},
		{"184467440737095516160", "KRW", ERR_TOO_LARGE, 7},
		{"45", "XXX", ERR_NOT_FOUND, 7},
	};
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		money_t amount = 7;
		enum err err = money_parse(amounts[i].text, amounts[i].currency, &amount);
		if (err != amounts[i].err || amount != amounts[i].amount)
			fail_msg("%s %s: %s, %llu", amounts[i].text, amounts[i].currency,
			         err_name(err), (unsigned long long)amount);
	}
}

static void
only_currencies_with_a_minor_unit_have_decimals(void **state)
{
	(void)state;
	static const char *const none[] = {"XXX", "XTS", "XAU", "XAG",  "XDR", "XSU", "XUA", "XBA",
	                                   "XYZ", "krw", "EU",  "EURO", "",    "DEM", "ZZZ"};
	unsigned decimals = 9;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_err(currency_decimals(none[i], &decimals), ERR_NOT_FOUND);
	assert_int_equal(decimals, 9);
	assert_ok(currency_decimals("ISK", &decimals));
	assert_int_equal(decimals, 0);
	assert_ok(currency_decimals("AED", &decimals));
	assert_int_equal(decimals, 2);
	assert_ok(currency_decimals("TND", &decimals));
	assert_int_equal(decimals, 3);
	assert_ok(currency_decimals("ZWG", &decimals));
	assert_int_equal(decimals, 2);
}

static void
money_that_would_overflow_is_refused(void **state)
{
	(void)state;
	money_t sum = 5;
	assert_ok(money_times(1500, 3, &sum));
	assert_int_equal(sum, 4500);
	assert_err(money_times(MONEY_MAX, 2, &sum), ERR_INVALID);
	assert_err(money_times(UINT64_MAX, 2, &sum), ERR_INVALID);
	assert_int_equal(sum, 4500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_amount_for_people_has_the_decimals_of_its_currency),
		cmocka_unit_test(an_amount_has_its_thousands_grouped),
		cmocka_unit_test(an_amount_is_read_as_people_write_it),
		cmocka_unit_test(only_currencies_with_a_minor_unit_have_decimals),
		cmocka_unit_test(money_that_would_overflow_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
