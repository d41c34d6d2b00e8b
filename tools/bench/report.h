/* SPDX-License-Identifier: MIT */
/*
 * report - the figures of a run as JSON, in the units that people read.
 */
#ifndef TOOLS_BENCH_REPORT_H
#define TOOLS_BENCH_REPORT_H

#include "adapters/json/json.h"
#include "tools/bench/histogram.h"

/* Each makes a value of which the caller becomes the owner. NULL: out of memory. */
struct json_object *report_ms(uint64_t us);
struct json_object *report_rate(uint64_t n, int64_t elapsed_us); /* a second */
struct json_object *report_latency(const struct histogram *latency);

/* Prints it as one line on stdout. ERR_MEMORY: also if it is NULL; ERR_SYSTEM. */
MUST_CHECK enum err report_print(struct json_object *report);

#endif
