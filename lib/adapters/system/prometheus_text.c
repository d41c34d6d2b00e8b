/* SPDX-License-Identifier: MIT */
#include "adapters/system/prometheus_text.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

#define LABELS_SIZE 512 /* bytes of {name="value",...}; routes are the longest */

/* Appends text; after an error nothing more is appended. */
#define ADD(to, ...)                                                   \
	do {                                                           \
		if ((to)->err == OK)                                   \
			(to)->err = buf_addf((to)->text, __VA_ARGS__); \
	} while (0)

/* HELP and TYPE, once, before the first line of a kind. */
static void
head_add(struct prometheus_text *to, enum metric metric)
{
	const struct metric_kind *kind = &metric_kinds[metric];
	if (metric == to->last)
		return;
	if (to->begun[metric]) {
		to->err = ERR_BUG_HERE();
		return;
	}
	to->begun[metric] = true;
	to->last = metric;
	ADD(to, "# HELP %s %s.\n# TYPE %s %s\n", kind->name, kind->meaning, kind->name,
	    metric_type_name(kind->type));
}

/* Backslash, quote and line break are escaped in a value. */
static void
value_add(struct buf *text, const char *value, enum err *err)
{
	for (; *err == OK && *value; value++) {
		if (*value == '\n')
			*err = buf_add(text, "\\n", 2);
		else if (*value == '"' || *value == '\\')
			*err = buf_addf(text, "\\%c", *value);
		else
			*err = buf_add(text, value, 1);
	}
}

/* {route="/books",le="0.1"}: the labels of a kind, and one more if le is not NULL. */
static void
labels_make(struct prometheus_text *to, enum metric metric, const char *const values[],
            const char *le, struct buf *ret_labels)
{
	const char *const *names = metric_kinds[metric].labels;
	size_t n = 0;
	for (; to->err == OK && names[n] && values[n]; n++) {
		to->err = buf_addf(ret_labels, "%s%s=\"", n ? "," : "{", names[n]);
		value_add(ret_labels, values[n], &to->err);
		if (to->err == OK)
			to->err = buf_add(ret_labels, "\"", 1);
	}
	if (names[n] || values[n])
		to->err = to->err == OK ? ERR_BUG_HERE() : to->err;
	if (to->err == OK && le)
		to->err = buf_addf(ret_labels, "%sle=\"%s\"", n ? "," : "{", le);
	if (to->err == OK && (n || le))
		to->err = buf_add(ret_labels, "}", 1);
}

/* name_suffix{labels} value */
static void
line_add(struct prometheus_text *to, enum metric metric, const char *suffix,
         const char *const values[], const char *le, const char *value)
{
	CLEANUP(buf_done) struct buf labels = BUF_INIT(LABELS_SIZE);
	labels_make(to, metric, values, le, &labels);
	ADD(to, "%s%s%s %s\n", metric_kinds[metric].name, suffix, labels.data ? labels.data : "",
	    value);
}

#define NUMBER_SIZE 32

static const char *
number(char text[NUMBER_SIZE], uint64_t value)
{
	snprintf(text, NUMBER_SIZE, "%" PRIu64, value);
	return text;
}

/* Milliseconds as seconds; a negative time as 0. */
static const char *
seconds(char text[NUMBER_SIZE], int64_t ms)
{
	if (ms < 0)
		ms = 0;
	snprintf(text, NUMBER_SIZE, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
	return text;
}

static void
add(struct metrics *metrics, enum metric metric, uint64_t value, const char *const values[])
{
	struct prometheus_text *to = (struct prometheus_text *)metrics;
	char text[NUMBER_SIZE];
	head_add(to, metric);
	line_add(to, metric, "", values, NULL, number(text, value));
}

static void
add_ms(struct metrics *metrics, enum metric metric, int64_t ms, const char *const values[])
{
	struct prometheus_text *to = (struct prometheus_text *)metrics;
	char text[NUMBER_SIZE];
	head_add(to, metric);
	line_add(to, metric, "", values, NULL, seconds(text, ms));
}

/* A value that is counted meanwhile may be in the sum and not yet in a bucket: the format allows
 * that. The count is always the sum of the buckets. */
static void
add_times(struct metrics *metrics, enum metric metric, const struct histogram *histogram,
          const char *const values[])
{
	struct prometheus_text *to = (struct prometheus_text *)metrics;
	char text[NUMBER_SIZE];
	uint64_t counts[HISTOGRAM_BOUNDS + 1], count = 0;
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		counts[i] = count +=
			atomic_load_explicit(&histogram->buckets[i], memory_order_relaxed);
	if (count == 0)
		return;
	head_add(to, metric);
	for (size_t i = 0; i < HISTOGRAM_BOUNDS; i++)
		line_add(to, metric, "_bucket", values, histogram_bounds[i].seconds,
		         number(text, counts[i]));
	line_add(to, metric, "_bucket", values, "+Inf", number(text, count));
	line_add(to, metric, "_sum", values, NULL,
	         seconds(text,
	                 (int64_t)atomic_load_explicit(&histogram->sum_ms, memory_order_relaxed)));
	line_add(to, metric, "_count", values, NULL, number(text, count));
}

struct prometheus_text
prometheus_text(struct buf *text)
{
	return (struct prometheus_text){
		.metrics = {.add = add, .add_ms = add_ms, .add_times = add_times},
		.text = text,
		.last = METRIC_MAX,
	};
}
