/* SPDX-License-Identifier: MIT */
/* Figures in Prometheus' text form: what its own checker says of them, and what it cannot see. */
#include "tests/unit/test.h"

#include "adapters/system/prometheus_text.h"
#include "app/metrics.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX (256 * 1024)

static const char *const values[] = {"GET", "/books/{id} \"x\" \\ \n", "200"};

/* Adds a value of each kind, with as many labels as it has. */
static void
all_add(struct metrics *to)
{
	static struct histogram times;
	histogram_add(&times, 7);
	for (int i = 0; i < METRIC_MAX; i++) {
		const char *labels[METRIC_LABELS_MAX + 1] = {NULL};
		for (size_t n = 0; metric_kinds[i].labels[n]; n++)
			labels[n] = values[n];
		if (metric_kinds[i].type == METRIC_HISTOGRAM)
			to->add_times(to, (enum metric)i, &times, labels);
		else
			to->add(to, (enum metric)i, 3, labels);
	}
}

static void
prometheus_finds_nothing_wrong_with_any_figure(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct prometheus_text to = prometheus_text(&text);
	all_add(&to.metrics);
	assert_ok(to.err);
	FILE *promtool = popen("promtool check metrics >&2", "w");
	assert_non_null(promtool);
	assert_int_equal(fwrite(text.data, 1, text.len, promtool), text.len);
	assert_int_equal(pclose(promtool), 0);
}

static void
help_and_type_stand_once_before_the_lines_of_a_kind(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct prometheus_text to = prometheus_text(&text);
	METRIC(&to.metrics, METRIC_DB_CONNECTIONS, 6, "open");
	METRIC(&to.metrics, METRIC_DB_CONNECTIONS, 2, "busy");
	METRIC(&to.metrics, METRIC_THREADS, 16);
	assert_ok(to.err);
	assert_string_equal(text.data,
	                    "# HELP hotel_db_connections Connections to MariaDB, open ones and "
	                    "busy ones among them.\n"
	                    "# TYPE hotel_db_connections gauge\n"
	                    "hotel_db_connections{state=\"open\"} 6\n"
	                    "hotel_db_connections{state=\"busy\"} 2\n"
	                    "# HELP hotel_threads Threads that answer requests.\n"
	                    "# TYPE hotel_threads gauge\n"
	                    "hotel_threads 16\n");
}

static void
a_kind_told_in_two_places_is_a_fault_of_ours(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct prometheus_text to = prometheus_text(&text);
	METRIC(&to.metrics, METRIC_DB_CONNECTIONS, 6, "open");
	METRIC(&to.metrics, METRIC_THREADS, 16);
	METRIC(&to.metrics, METRIC_DB_CONNECTIONS, 2, "busy");
	assert_err(to.err, ERR_BUG);
}

static void
too_few_and_too_many_labels_are_faults_of_ours(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct prometheus_text few = prometheus_text(&text), many = prometheus_text(&text);
	METRIC(&few.metrics, METRIC_DB_CONNECTIONS, 6);
	assert_err(few.err, ERR_BUG);
	METRIC(&many.metrics, METRIC_DB_CONNECTIONS, 6, "open", "busy");
	assert_err(many.err, ERR_BUG);
}

static void
what_does_not_fit_is_told_and_ends_the_text(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(80);
	struct prometheus_text to = prometheus_text(&text);
	METRIC(&to.metrics, METRIC_THREADS, 16);
	assert_err(to.err, ERR_TOO_LARGE);
	size_t len = text.len;
	METRIC(&to.metrics, METRIC_READY, 1);
	assert_err(to.err, ERR_TOO_LARGE);
	assert_int_equal(text.len, len);
}

static void
a_value_is_escaped_so_that_a_line_stays_a_line(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct prometheus_text to = prometheus_text(&text);
	METRIC(&to.metrics, METRIC_BUILD_INFO, 1, "a\"b\\c\nd");
	assert_ok(to.err);
	assert_non_null(strstr(text.data, "\nhotel_build_info{version=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

static void
times_are_counted_up_to_each_bound_and_told_in_seconds(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct prometheus_text to = prometheus_text(&text);
	struct histogram times = {.sum_ms = 0};
	const int64_t took[] = {-5, 0, 1, 2, 10, 11, 300000, 300001, 86400000};
	for (size_t i = 0; i < ARRAY_SIZE(took); i++)
		histogram_add(&times, took[i]);
	METRIC_TIMES(&to.metrics, METRIC_EVENT_LAG, &times);
	assert_ok(to.err);
	assert_non_null(strstr(text.data, "_bucket{le=\"0.001\"} 3\n"));
	assert_non_null(strstr(text.data, "_bucket{le=\"0.002\"} 4\n"));
	assert_non_null(strstr(text.data, "_bucket{le=\"0.01\"} 5\n"));
	assert_non_null(strstr(text.data, "_bucket{le=\"0.025\"} 6\n"));
	assert_non_null(strstr(text.data, "_bucket{le=\"60\"} 6\n"));
	assert_non_null(strstr(text.data, "_bucket{le=\"300\"} 7\n"));
	assert_non_null(strstr(text.data, "_bucket{le=\"+Inf\"} 9\n"));
	assert_non_null(strstr(text.data, "_sum 87000.025\n"));
	assert_non_null(strstr(text.data, "_count 9\n"));
}

static void
a_histogram_that_counted_nothing_is_left_out(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct prometheus_text to = prometheus_text(&text);
	struct histogram none = {.sum_ms = 0};
	METRIC_TIMES(&to.metrics, METRIC_EVENT_LAG, &none);
	assert_ok(to.err);
	assert_int_equal(text.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prometheus_finds_nothing_wrong_with_any_figure),
		cmocka_unit_test(help_and_type_stand_once_before_the_lines_of_a_kind),
		cmocka_unit_test(a_kind_told_in_two_places_is_a_fault_of_ours),
		cmocka_unit_test(too_few_and_too_many_labels_are_faults_of_ours),
		cmocka_unit_test(what_does_not_fit_is_told_and_ends_the_text),
		cmocka_unit_test(a_value_is_escaped_so_that_a_line_stays_a_line),
		cmocka_unit_test(times_are_counted_up_to_each_bound_and_told_in_seconds),
		cmocka_unit_test(a_histogram_that_counted_nothing_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
