/* SPDX-License-Identifier: MIT */
/* hotel-bench: its histogram, its reader of responses, its requests and its statements. */
#include "base/buf.h"
#include "base/mem.h"
#include "test.h"
#include "tools/bench/histogram.h"
#include "tools/bench/requests.h"
#include "tools/bench/response.h"
#include "tools/bench/sql_text.h"

#include <stdio.h>
#include <string.h>

static void
percentiles_are_at_most_a_sixtieth_too_high(void **state)
{
	(void)state;
	static struct histogram histogram;
	for (int64_t us = 1; us <= 1000000; us++)
		histogram_add(&histogram, us);
	const struct {
		unsigned permille;
		uint64_t exact;
	} cases[] = {{1, 1000}, {500, 500000}, {900, 900000}, {990, 990000}, {999, 999000}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint64_t got = histogram_permille(&histogram, cases[i].permille);
		assert_in_range(got, cases[i].exact, cases[i].exact + cases[i].exact / 60);
	}
	assert_int_equal(histogram_permille(&histogram, 1000), 1000000);
	assert_int_equal(histogram.max_us, 1000000);
	assert_int_equal(histogram_mean(&histogram), 500000);
}

static void
short_durations_are_counted_exactly(void **state)
{
	(void)state;
	static struct histogram histogram;
	for (int64_t us = 0; us < 10; us++)
		histogram_add(&histogram, us);
	assert_int_equal(histogram_permille(&histogram, 500), 4);
	assert_int_equal(histogram_permille(&histogram, 1000), 9);
}

static void
a_histogram_takes_every_duration_and_none(void **state)
{
	(void)state;
	static struct histogram histogram;
	assert_int_equal(histogram_permille(&histogram, 990), 0);
	assert_int_equal(histogram_mean(&histogram), 0);
	histogram_add(&histogram, -5);
	assert_int_equal(histogram_permille(&histogram, 1000), 0);
	histogram_add(&histogram, INT64_MAX);
	assert_int_equal(histogram_permille(&histogram, 1000), INT64_MAX);
	assert_int_equal(histogram.n, 2);
}

static void
merged_histograms_have_the_percentiles_of_both(void **state)
{
	(void)state;
	static struct histogram low, high;
	for (int i = 0; i < 90; i++)
		histogram_add(&low, 10);
	for (int i = 0; i < 10; i++)
		histogram_add(&high, 60);
	histogram_merge(&low, &high);
	assert_int_equal(low.n, 100);
	assert_int_equal(histogram_permille(&low, 900), 10);
	assert_int_equal(histogram_permille(&low, 910), 60);
	assert_int_equal(low.max_us, 60);
}

static const char with_length[] = "HTTP/1.1 201 Created\r\nServer: nginx\r\nContent-Length: 5\r\n"
				  "Connection: keep-alive\r\n\r\nhello";
static const char chunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			      "5\r\nhello\r\n10;x=y\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n";
static const char closing[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
			      "Connection: close\r\n\r\n";
static const char bare[] = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n";

static void
a_response_is_whole_at_its_last_byte_however_it_comes(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned status;
		bool closes;
	} cases[] = {{with_length, 201, false},
	             {chunked, 200, false},
	             {closing, 503, true},
	             {bare, 304, false}};
	static struct response response;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const size_t n = strlen(cases[i].text);
		for (size_t step = 1; step <= n; step++) {
			response_begin(&response);
			for (size_t at = 0; at < n; at += step) {
				assert_int_not_equal(response.part, RESPONSE_WHOLE);
				assert_ok(response_feed(&response, cases[i].text + at,
				                        step < n - at ? step : n - at));
			}
			assert_int_equal(response.part, RESPONSE_WHOLE);
			assert_int_equal(response.status, cases[i].status);
			assert_int_equal(response.closes, cases[i].closes);
		}
	}
}

static void
what_is_no_response_is_refused(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"HTTP/1.0 200 OK\r\n",
		"HTTP/1.1 2x0 OK\r\n",
		"HTTP/1.1 999 No\r\n",
		"SSH-2.0-x\r\n",
		"\r\n",
		"HTTP/1.1 200 OK\r\nno header\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: many\r\n",
		"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", /* it would end with the connection */
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
	};
	static struct response response;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		response_begin(&response);
		assert_err(response_feed(&response, cases[i], strlen(cases[i])), ERR_MALFORMED);
	}
}

static void
a_line_without_end_is_too_large(void **state)
{
	(void)state;
	static char text[RESPONSE_LINE_MAX + 1];
	static struct response response;
	memset(text, 'a', sizeof(text));
	response_begin(&response);
	assert_err(response_feed(&response, text, sizeof(text)), ERR_TOO_LARGE);
}

static struct request_plan
plan_of(const char *kind)
{
	struct request_plan plan = {.path = "/healthz",
	                            .host = "127.0.0.1:8080",
	                            .first_room = 7,
	                            .rooms = 4,
	                            .first_guest = 100,
	                            .guests = 3};
	assert_ok(request_kind_parse(kind, &plan.kind));
	assert_ok(day_parse("2027-05-01", &plan.today));
	return plan;
}

/* What the n-th request is of, without its e-mail: room and stay. */
static void
stay_of(const struct request_plan *plan, uint64_t n, char stay[128])
{
	CLEANUP(buf_done) struct buf buf = BUF_INIT(4096);
	assert_ok(request_make(plan, n, &buf));
	const char *from = strstr(buf.data, "{\"roomId\""), *to = strstr(buf.data, ",\"guestId\"");
	assert_non_null(from);
	assert_non_null(to);
	snprintf(stay, 128, "%.*s", (int)(to - from), from);
}

static void
no_two_booking_requests_ask_for_the_same_nights(void **state)
{
	(void)state;
	static char stays[4 * 120][128];
	const struct request_plan plan = plan_of("book");
	for (size_t i = 0; i < ARRAY_SIZE(stays); i++) {
		stay_of(&plan, i, stays[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(stays[i], stays[j]);
	}
	assert_string_equal(stays[0], "{\"roomId\":7,\"startDate\":\"2027-05-03\","
	                              "\"endDate\":\"2027-05-06\"");
	/* Within the 365 days ahead that a stay may reach. */
	assert_string_equal(stays[4 * 120 - 1], "{\"roomId\":10,\"startDate\":\"2028-04-24\","
	                                        "\"endDate\":\"2028-04-27\"");
}

static void
a_request_has_the_length_that_it_says(void **state)
{
	(void)state;
	static const char *const kinds[] = {"book", "malformed"};
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		CLEANUP(buf_done) struct buf buf = BUF_INIT(4096);
		char length[64];
		const struct request_plan plan = plan_of(kinds[i]);
		assert_ok(request_make(&plan, 5, &buf));
		const char *body = strstr(buf.data, "\r\n\r\n");
		assert_non_null(body);
		snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n", strlen(body + 4));
		assert_non_null(strstr(buf.data, length));
	}
}

static void
each_kind_asks_for_what_it_is_named_after(void **state)
{
	(void)state;
	static const struct {
		const char *kind, *begins;
		unsigned good;
	} cases[] = {
		{"book", "POST /books HTTP/1.1\r\n", 201},
		{"malformed", "POST /books HTTP/1.1\r\n", 400},
		{"search", "GET /rooms?startDate=2027-05-03&endDate=2027-05-04&sort=price HTTP",
	         200},
		{"filtered", "GET /rooms?startDate=2027-05-03&endDate=2027-05-04&sort=price,desc&",
	         200},
		{"own", "GET /mypages?guestId=100 HTTP", 200},
		{"path", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n", 200},
	};
	enum request_kind kind;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(buf_done) struct buf buf = BUF_INIT(4096);
		const struct request_plan plan = plan_of(cases[i].kind);
		assert_ok(request_make(&plan, 0, &buf));
		assert_int_equal(strncmp(buf.data, cases[i].begins, strlen(cases[i].begins)), 0);
		assert_int_equal(request_good_status(plan.kind), cases[i].good);
	}
	assert_err(request_kind_parse("sleep", &kind), ERR_INVALID);
}

static size_t
count_of(const char *text, const char *part)
{
	size_t n = 0;
	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void
a_booking_of_bare_sql_is_three_transactions_of_two_statements(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(SQL_TEXT_MAX);
	for (unsigned stage = 0; stage < SQL_STAGES; stage++) {
		assert_ok(sql_text_stage(&text, (enum sql_stage)stage, 7, 1));
		assert_int_equal(strncmp(text.data, "BEGIN;", 6), 0);
		assert_string_equal(text.data + text.len - 7, ";COMMIT");
		assert_int_equal(count_of(text.data, ";"), 3);
	}
	assert_ok(sql_text_stage(&text, SQL_HOLD, 7, 2));
	assert_int_equal(count_of(text.data, "Kim Hana"), 2);
	assert_int_equal(count_of(text.data, "'2027-01-0"), 2 * 2 + 2 * 3);
	assert_int_equal(count_of(text.data, ";"), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_at_most_a_sixtieth_too_high),
		cmocka_unit_test(short_durations_are_counted_exactly),
		cmocka_unit_test(a_histogram_takes_every_duration_and_none),
		cmocka_unit_test(merged_histograms_have_the_percentiles_of_both),
		cmocka_unit_test(a_response_is_whole_at_its_last_byte_however_it_comes),
		cmocka_unit_test(what_is_no_response_is_refused),
		cmocka_unit_test(a_line_without_end_is_too_large),
		cmocka_unit_test(no_two_booking_requests_ask_for_the_same_nights),
		cmocka_unit_test(a_request_has_the_length_that_it_says),
		cmocka_unit_test(each_kind_asks_for_what_it_is_named_after),
		cmocka_unit_test(a_booking_of_bare_sql_is_three_transactions_of_two_statements),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
