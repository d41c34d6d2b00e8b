/* SPDX-License-Identifier: MIT */
#include "tools/bench/load.h"

#include "base/mem.h"
#include "tools/bench/report.h"

#include <inttypes.h>
#include <stdio.h>

#define STATUS_TEXT 8

static struct json_object *
seconds_json(const struct load_plan *plan, const struct load_result *result)
{
	struct json_object *seconds = json_new_array();
	for (size_t i = 0; i < plan->seconds; i++) {
		const struct load_second *second = &result->seconds[i];
		struct json_object *one = json_new_object();
		json_put_u64(&one, "answers", second->answers);
		json_put_u64(&one, "good", second->good);
		json_put_value(&one, "p50_ms",
		               report_ms(histogram_permille(&second->latency, 500)));
		json_put_value(&one, "p99_ms",
		               report_ms(histogram_permille(&second->latency, 990)));
		json_append(&seconds, one);
	}
	return seconds;
}

/* The names of the members are made here, so json-c has to copy them: json_put_u64() does not. */
static struct json_object *
statuses_json(const struct load_result *result)
{
	struct json_object *statuses = json_new_object();
	char status[STATUS_TEXT];
	for (unsigned i = 0; statuses && i < LOAD_STATUS_MAX; i++) {
		if (!result->statuses[i])
			continue;
		struct json_object *n = json_object_new_uint64(result->statuses[i]);
		snprintf(status, sizeof(status), "%u", i);
		if (!n || json_object_object_add(statuses, status, n) != 0) {
			json_object_put(n);
			json_object_put(statuses);
			return NULL;
		}
	}
	return statuses;
}

enum err
load_report(const struct load_plan *plan, const struct load_result *result)
{
	CLEANUP(free_p) struct histogram *latency = calloc(1, sizeof(*latency));
	if (!latency)
		return ERR_MEMORY;
	uint64_t answers = 0, good = 0;
	for (size_t i = 0; i < plan->seconds; i++) {
		answers += result->seconds[i].answers;
		good += result->seconds[i].good;
		histogram_merge(latency, &result->seconds[i].latency);
	}
	CLEANUP(json_p) struct json_object *report = json_new_object();
	json_put_value(&report, "rate", report_rate(good, result->elapsed_us));
	json_put_value(&report, "answer_rate", report_rate(answers, result->elapsed_us));
	json_put_u64(&report, "connections", plan->connections);
	json_put_u64(&report, "offered_rate", plan->rate);
	json_put_u64(&report, "sent", result->sent);
	json_put_u64(&report, "failed", result->failed);
	json_put_u64(&report, "unsent", result->unsent);
	json_put_u64(&report, "next", plan->first + result->sent);
	json_put_value(&report, "statuses", statuses_json(result));
	json_put_value(&report, "latency_ms", report_latency(latency));
	json_put_value(&report, "refused_ms", report_latency(&result->refused));
	json_put_value(&report, "seconds", seconds_json(plan, result));
	return report_print(report);
}
