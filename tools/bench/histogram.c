/* SPDX-License-Identifier: MIT */
#include "tools/bench/histogram.h"

#include <stddef.h>

#define SUB_BITS 6
#define SUB      (1u << SUB_BITS)

/* Below SUB each value has a bucket; from there on SUB buckets share each power of two. */
static size_t
bucket_of(uint64_t us)
{
	if (us < SUB)
		return us;
	const unsigned shift = 63u - (unsigned)__builtin_clzll(us) - SUB_BITS;
	const size_t bucket = (shift + 1) * SUB + (size_t)((us >> shift) - SUB);
	return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/* The highest value of a bucket. */
static uint64_t
bucket_end(size_t bucket)
{
	if (bucket < SUB)
		return bucket;
	const unsigned shift = (unsigned)(bucket / SUB) - 1;
	return ((uint64_t)(bucket % SUB + SUB + 1) << shift) - 1;
}

void
histogram_add(struct histogram *histogram, int64_t us)
{
	const uint64_t value = us > 0 ? (uint64_t)us : 0;
	histogram->counts[bucket_of(value)]++;
	histogram->n++;
	histogram->sum_us += value;
	if (value > histogram->max_us)
		histogram->max_us = value;
}

void
histogram_merge(struct histogram *to, const struct histogram *from)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		to->counts[i] += from->counts[i];
	to->n += from->n;
	to->sum_us += from->sum_us;
	if (from->max_us > to->max_us)
		to->max_us = from->max_us;
}

uint64_t
histogram_permille(const struct histogram *histogram, unsigned permille)
{
	const uint64_t wanted = (histogram->n * permille + 999) / 1000;
	uint64_t seen = 0;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS && histogram->n; i++) {
		seen += histogram->counts[i];
		if (seen < wanted || seen == 0)
			continue;
		const uint64_t end = bucket_end(i);
		return end < histogram->max_us && i < HISTOGRAM_BUCKETS - 1 ? end
		                                                            : histogram->max_us;
	}
	return 0;
}

uint64_t
histogram_mean(const struct histogram *histogram)
{
	return histogram->n ? histogram->sum_us / histogram->n : 0;
}
