/*
 * metrics - every figure that programs tell of themselves, and their text form for Prometheus.
 *
 * The table of kinds is the whole truth: a figure has its name, its type, its labels and its
 * sentence there and nowhere else. docs/metrics.md shows it, and a test compares the two.
 *
 *	METRIC(to, METRIC_DB_CONNECTIONS, stats.busy, "busy");
 *
 * Counting is done with atomics, without a lock; this writes the metrics out.
 */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* In the order of the documents; those of one family are told one after the other. */
enum metric {
	METRIC_BUILD_INFO,
	METRIC_READY,
	METRIC_PROCESS_CPU,
	METRIC_PROCESS_FDS,
	METRIC_PROCESS_FDS_MAX,
	METRIC_PROCESS_MEMORY,
	METRIC_PROCESS_START,
	METRIC_REQUESTS,
	METRIC_REQUEST_DURATION,
	METRIC_REQUEST_OLDEST,
	METRIC_THREADS,
	METRIC_THREADS_BUSY,
	METRIC_BREAKER_STATE,
	METRIC_BREAKER_OPENED,
	METRIC_BREAKER_REFUSED,
	METRIC_BULKHEAD_PLACES,
	METRIC_BULKHEAD_BUSY,
	METRIC_BULKHEAD_REFUSED,
	METRIC_BOOKS_PENDING,
	METRIC_BOOKS_PENDING_LIMIT,
	METRIC_DB_CONNECTIONS,
	METRIC_DB_CONNECTIONS_MAX,
	METRIC_DB_WAITING,
	METRIC_DB_TROUBLE,
	METRIC_DISK_AVAILABLE,
	METRIC_DISK_SIZE,
	METRIC_BROKER_CONNECTED,
	METRIC_BROKER_BLOCKED,
	METRIC_EVENTS_APPLIED,
	METRIC_EVENT_BATCHES,
	METRIC_EVENT_BATCHES_FAILED,
	METRIC_EVENT_RETRIES,
	METRIC_EVENTS_DEAD,
	METRIC_EVENT_LAG,
	METRIC_JOBS_FAILED,
	METRIC_OUTBOX_EVENTS,
	METRIC_OUTBOX_OLDEST,
	METRIC_RELAY_EVENTS,
	METRIC_QUEUE_MESSAGES,
	METRIC_QUEUE_CONSUMERS,
	METRIC_DEAD_LETTERS,
	METRIC_DELIVERIES,
	METRIC_DELIVERY_OLDEST,
	METRIC_DELIVERY_ATTEMPTS,
	METRIC_PURGED,
	METRIC_MAX
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM, METRIC_TYPE_MAX };

#define METRIC_LABELS_MAX 3

struct metric_kind {
	const char *name;                          /* with its unit; _total for a counter */
	const char *labels[METRIC_LABELS_MAX + 1]; /* NULL after the last */
	const char *meaning;                       /* a sentence without a stop */
	enum metric_type type;
};

extern const struct metric_kind metric_kinds[METRIC_MAX];

/* "counter", "gauge", "histogram". */
const char *metric_type_name(enum metric_type type);

/* ---- counting times ---- */

#define HISTOGRAM_BOUNDS 16 /* from 1 ms to 5 min */

/* How often something took how long. Zeroed memory is an empty one. */
struct histogram {
	atomic_uint_fast64_t buckets[HISTOGRAM_BOUNDS + 1]; /* the last: longer */
	atomic_uint_fast64_t sum_ms;
};

/* Counts once. Less than nothing (two clocks that differ) counts as nothing. Any thread. */
void histogram_add(struct histogram *histogram, int64_t ms);

/* ---- writing out ---- */

/* A text under way. The first error stays, and nothing is appended after it: look at err once, at
 * the end. ERR_TOO_LARGE, ERR_MEMORY; ERR_BUG: labels that do not fit the kind, or the lines of a
 * kind with others in between, which the format forbids. */
struct metrics {
	struct buf *text;
	bool db_answers; /* if not, who would have to ask the database tells nothing */
	enum err err;
	enum metric last;
	bool begun[METRIC_MAX];
};

#define METRICS_INIT(buffer)                         \
	{                                            \
		.text = (buffer), .last = METRIC_MAX \
	}

/* Appends a line, and before the first of a kind its HELP and TYPE. The labels' values follow, in
 * the order of the kind's labels. */
#define METRIC(to, metric, value, ...) \
	metrics_add((to), (metric), (uint64_t)(value), METRIC_VALUES(__VA_ARGS__))

/* The same for a time in milliseconds: it is told in seconds, as Prometheus wants it. */
#define METRIC_MS(to, metric, ms, ...) \
	metrics_add_ms((to), (metric), (ms), METRIC_VALUES(__VA_ARGS__))

/* The same for a histogram; one that counted nothing is left out. */
#define METRIC_TIMES(to, metric, histogram, ...) \
	metrics_add_times((to), (metric), (histogram), METRIC_VALUES(__VA_ARGS__))

#define METRIC_VALUES(...) ((const char *const[METRIC_LABELS_MAX + 1]){__VA_ARGS__})

void metrics_add(struct metrics *to, enum metric metric, uint64_t value,
                 const char *const values[]);
void metrics_add_ms(struct metrics *to, enum metric metric, int64_t ms, const char *const values[]);
void metrics_add_times(struct metrics *to, enum metric metric, const struct histogram *histogram,
                       const char *const values[]);

#endif
