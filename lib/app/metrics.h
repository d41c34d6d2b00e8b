/* SPDX-License-Identifier: MIT */
/*
 * metrics - every metric of the programs, in one table, and how use cases report them.
 *
 * The table of kinds is the only place for a metric's name, type, labels and meaning. A test
 * compares docs/metrics.md with it.
 *
 *	METRIC(to, METRIC_DB_CONNECTIONS, stats.busy, "busy");
 *
 * Counters are atomics of the code that counts; no lock is taken.
 */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of docs/metrics.md. */
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
	METRIC_REQUESTS_INCOMPLETE,
	METRIC_REQUESTS_REFUSED,
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
	METRIC_SEARCHES,
	METRIC_ROOM_INDEX_COMPLETE,
	METRIC_ROOM_INDEX_ROOMS,
	METRIC_ROOM_INDEX_BYTES,
	METRIC_ROOM_INDEX_AGE,
	METRIC_ROOM_INDEX_DIFFERENCES,
	METRIC_DISK_AVAILABLE,
	METRIC_DISK_SIZE,
	METRIC_BROKER_CONNECTED,
	METRIC_BROKER_BLOCKED,
	METRIC_EVENTS_APPLIED,
	METRIC_EVENT_BATCHES,
	METRIC_EVENT_BATCHES_FAILED,
	METRIC_EVENT_RETRIES,
	METRIC_EVENTS_DEAD,
	METRIC_EVENTS_FORGED,
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

struct histogram_bound {
	int64_t ms;
	const char *seconds;
};

extern const struct histogram_bound histogram_bounds[HISTOGRAM_BOUNDS];

/* How often something took how long. Zeroed memory is an empty one. */
struct histogram {
	atomic_uint_fast64_t buckets[HISTOGRAM_BOUNDS + 1]; /* the last: longer */
	atomic_uint_fast64_t sum_ms;
};

/* Counts once. A negative time (two clocks that differ) counts as 0. Thread-safe. */
void histogram_add(struct histogram *histogram, int64_t ms);

/* ---- reporting ---- */

/*
 * Where the metrics go; the adapter's own struct has it as its first member. Labels' values are in
 * the order of the kind's labels, NULL after the last. The values of one kind are added one after
 * the other.
 */
struct metrics {
	void (*add)(struct metrics *to, enum metric metric, uint64_t value,
	            const char *const labels[]);
	void (*add_ms)(struct metrics *to, enum metric metric, int64_t ms,
	               const char *const labels[]);
	void (*add_times)(struct metrics *to, enum metric metric, const struct histogram *histogram,
	                  const char *const labels[]);
	bool db_answers; /* false: metrics that are read from the database are left out */
};

/* Adds a value, with the values of the labels. */
#define METRIC(to, metric, value, ...) \
	(to)->add((to), (metric), (uint64_t)(value), METRIC_VALUES(__VA_ARGS__))

/* Adds a time in milliseconds; Prometheus gets seconds. */
#define METRIC_MS(to, metric, ms, ...) \
	(to)->add_ms((to), (metric), (ms), METRIC_VALUES(__VA_ARGS__))

/* Adds a histogram; an empty one is left out. */
#define METRIC_TIMES(to, metric, histogram, ...) \
	(to)->add_times((to), (metric), (histogram), METRIC_VALUES(__VA_ARGS__))

#define METRIC_VALUES(...) ((const char *const[METRIC_LABELS_MAX + 1]){__VA_ARGS__})

#endif
