/* SPDX-License-Identifier: MIT */
#include "tools/bench/report.h"

#include "base/mem.h"

#include <stdio.h>

#define REPORT_MAX  (4 * 1024 * 1024)
#define NUMBER_TEXT 48

static struct json_object *
number(double value, int decimals)
{
	char text[NUMBER_TEXT];
	snprintf(text, sizeof(text), "%.*f", decimals, value);
	return json_object_new_double_s(value, text);
}

struct json_object *
report_ms(uint64_t us)
{
	return number((double)us / 1000, 3);
}

struct json_object *
report_rate(uint64_t n, int64_t elapsed_us)
{
	return number(elapsed_us > 0 ? (double)n * 1e6 / (double)elapsed_us : 0, 1);
}

struct json_object *
report_latency(const struct histogram *latency)
{
	struct json_object *json = json_new_object();
	json_put_value(&json, "mean", report_ms(histogram_mean(latency)));
	json_put_value(&json, "p50", report_ms(histogram_permille(latency, 500)));
	json_put_value(&json, "p90", report_ms(histogram_permille(latency, 900)));
	json_put_value(&json, "p99", report_ms(histogram_permille(latency, 990)));
	json_put_value(&json, "max", report_ms(latency->max_us));
	return json;
}

enum err
report_print(struct json_object *report)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(REPORT_MAX);
	enum err err = report ? json_write(report, &text) : ERR_MEMORY;
	if (err != OK)
		return err;
	return puts(text.data) >= 0 && fflush(stdout) == 0 ? OK : ERR_SYSTEM_HERE();
}
