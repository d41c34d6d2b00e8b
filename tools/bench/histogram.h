/* SPDX-License-Identifier: MIT */
/*
 * histogram - durations, counted in buckets that grow with them: 64 for each power of two, so that a
 * percentile is at most 1.6 % too high, and never over the longest.
 */
#ifndef TOOLS_BENCH_HISTOGRAM_H
#define TOOLS_BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS 2048 /* the last one begins over a day */

struct histogram {
	uint32_t counts[HISTOGRAM_BUCKETS];
	uint64_t n, sum_us, max_us;
};

/* Counts a duration in microseconds; a negative one counts as 0. */
void histogram_add(struct histogram *histogram, int64_t us);

/* Adds what another one has counted. */
void histogram_merge(struct histogram *to, const struct histogram *from);

/* The duration in microseconds that so many of 1000 do not exceed: 500 is the median. 0 if it is empty. */
uint64_t histogram_permille(const struct histogram *histogram, unsigned permille);

/* The mean in microseconds; 0 if it is empty. */
uint64_t histogram_mean(const struct histogram *histogram);

#endif
