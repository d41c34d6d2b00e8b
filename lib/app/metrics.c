/* SPDX-License-Identifier: MIT */
#include "app/metrics.h"

#define COUNTER(metric, title, sentence, ...) \
	[metric] = {.name = (title),          \
	            .labels = {__VA_ARGS__},  \
	            .meaning = (sentence),    \
	            .type = METRIC_COUNTER}
#define GAUGE(metric, title, sentence, ...)  \
	[metric] = {.name = (title),         \
	            .labels = {__VA_ARGS__}, \
	            .meaning = (sentence),   \
	            .type = METRIC_GAUGE}
#define TIMES(metric, title, sentence, ...)  \
	[metric] = {.name = (title),         \
	            .labels = {__VA_ARGS__}, \
	            .meaning = (sentence),   \
	            .type = METRIC_HISTOGRAM}

/* clang-format off */
const struct metric_kind metric_kinds[METRIC_MAX] = {
	GAUGE(METRIC_BUILD_INFO, "hotel_build_info",
	      "Always 1; the label is the running version", "version"),
	GAUGE(METRIC_READY, "hotel_ready",
	      "1 if /readyz succeeds: the parts that the program needs answer"),
	COUNTER(METRIC_PROCESS_CPU, "process_cpu_seconds_total",
	        "Processor time used by the program, user and system"),
	GAUGE(METRIC_PROCESS_FDS, "process_open_fds", "Open descriptors"),
	GAUGE(METRIC_PROCESS_FDS_MAX, "process_max_fds", "Maximum number of open descriptors"),
	GAUGE(METRIC_PROCESS_MEMORY, "process_resident_memory_bytes", "Resident memory"),
	GAUGE(METRIC_PROCESS_START, "process_start_time_seconds",
	      "Start time of the process, in seconds since 1970"),
	COUNTER(METRIC_REQUESTS, "hotel_requests_total",
	        "Requests by status; 0 means no answer", "method", "route", "status"),
	TIMES(METRIC_REQUEST_DURATION, "hotel_request_duration_seconds",
	      "Duration of requests, from the last byte read to the last byte written", "method", "route"),
	GAUGE(METRIC_REQUEST_OLDEST, "hotel_request_oldest_age_seconds",
	      "Age of the oldest request in progress; 0: there is none"),
	GAUGE(METRIC_REQUESTS_INCOMPLETE, "hotel_requests_incomplete",
	      "Connections whose request has not arrived completely"),
	COUNTER(METRIC_REQUESTS_REFUSED, "hotel_requests_refused_total",
	        "Requests that did not arrive: malformed, too-large, timeout (silent or slow), closed (the "
	        "sender left) or evicted (too many at once)", "reason"),
	GAUGE(METRIC_THREADS, "hotel_threads", "Threads that answer requests"),
	GAUGE(METRIC_THREADS_BUSY, "hotel_threads_busy", "Threads that are in a request"),
	GAUGE(METRIC_BREAKER_STATE, "hotel_breaker_state",
	      "1 for the present state of the circuit breaker, 0 for the others", "part", "state"),
	COUNTER(METRIC_BREAKER_OPENED, "hotel_breaker_opened_total",
	        "How often the circuit breaker opened; all processes of the program share it", "part"),
	COUNTER(METRIC_BREAKER_REFUSED, "hotel_breaker_refused_total",
	        "Calls that the circuit breaker refused; all processes of the program share it", "part"),
	GAUGE(METRIC_BULKHEAD_PLACES, "hotel_bulkhead_places",
	      "Maximum number of concurrent calls to the part", "part"),
	GAUGE(METRIC_BULKHEAD_BUSY, "hotel_bulkhead_busy", "Calls to the part in progress", "part"),
	COUNTER(METRIC_BULKHEAD_REFUSED, "hotel_bulkhead_refused_total",
	        "Calls refused because of that maximum", "part"),
	GAUGE(METRIC_BOOKS_PENDING, "hotel_books_pending", "Held bookings that are not paid yet"),
	GAUGE(METRIC_BOOKS_PENDING_LIMIT, "hotel_books_pending_limit",
	      "Maximum number of held bookings (HOTEL_PENDING_LIMIT)"),
	GAUGE(METRIC_DB_CONNECTIONS, "hotel_db_connections",
	      "Connections to MariaDB, open ones and busy ones among them", "state"),
	GAUGE(METRIC_DB_CONNECTIONS_MAX, "hotel_db_connections_max",
	      "Maximum number of connections (HOTEL_DB_POOL)"),
	GAUGE(METRIC_DB_WAITING, "hotel_db_waiting", "Threads that wait for a connection"),
	COUNTER(METRIC_DB_TROUBLE, "hotel_db_trouble_total",
	        "Transactions retried, connections lost, timeouts of waiting for a connection", "kind"),
	COUNTER(METRIC_SEARCHES, "hotel_searches_total",
	        "Searches of rooms by what answered: index, in memory, or database", "source"),
	GAUGE(METRIC_ROOM_INDEX_COMPLETE, "hotel_room_index_complete",
	      "1 if the process has all open rooms in memory; 0 while it fills or if they are too many"),
	GAUGE(METRIC_ROOM_INDEX_ROOMS, "hotel_room_index_rooms", "Rooms in that index"),
	GAUGE(METRIC_ROOM_INDEX_BYTES, "hotel_room_index_bytes", "Memory of that index"),
	GAUGE(METRIC_ROOM_INDEX_AGE, "hotel_room_index_age_seconds",
	      "Time since the index read the log of changes; 0: it is not complete"),
	COUNTER(METRIC_ROOM_INDEX_DIFFERENCES, "hotel_room_index_differences_total",
	        "Rooms that differed from the tables at the comparison of every minute, and were corrected"),
	GAUGE(METRIC_DISK_AVAILABLE, "hotel_disk_available_bytes",
	      "Free space on the disk of HOTEL_RUN_DIR"),
	GAUGE(METRIC_DISK_SIZE, "hotel_disk_size_bytes", "Size of that disk"),
	GAUGE(METRIC_BROKER_CONNECTED, "hotel_broker_connected",
	      "1 if the thread has a connection to RabbitMQ", "thread"),
	GAUGE(METRIC_BROKER_BLOCKED, "hotel_broker_blocked",
	      "1 if RabbitMQ blocks publishing: it is short of memory or disk", "thread"),
	COUNTER(METRIC_EVENTS_APPLIED, "hotel_events_applied_total", "Events applied and committed"),
	COUNTER(METRIC_EVENT_BATCHES, "hotel_event_batches_total", "Batches of events"),
	COUNTER(METRIC_EVENT_BATCHES_FAILED, "hotel_event_batches_failed_total",
	        "Batches that a part's failure interrupted"),
	COUNTER(METRIC_EVENT_RETRIES, "hotel_event_retries_total",
	        "Failures of single events that were kept for another attempt"),
	COUNTER(METRIC_EVENTS_DEAD, "hotel_events_dead_total", "Events that were dead-lettered"),
	COUNTER(METRIC_EVENTS_FORGED, "hotel_events_forged_total",
	        "Events that were dropped because another context had published them"),
	TIMES(METRIC_EVENT_LAG, "hotel_event_lag_seconds",
	      "Time from the commit of a change to the commit of its event's effect here"),
	COUNTER(METRIC_JOBS_FAILED, "hotel_jobs_failed_total",
	        "Rounds of background jobs that ended early", "name"),
	GAUGE(METRIC_OUTBOX_EVENTS, "hotel_outbox_events", "Events that wait for the relay"),
	GAUGE(METRIC_OUTBOX_OLDEST, "hotel_outbox_oldest_age_seconds",
	      "Age of the oldest of them; 0: there is none"),
	COUNTER(METRIC_RELAY_EVENTS, "hotel_relay_events_total",
	        "Events published: confirmed, returned (no queue is bound), or unconfirmed (published "
	        "again)", "outcome"),
	GAUGE(METRIC_QUEUE_MESSAGES, "hotel_queue_messages",
	      "Events that wait in a queue; each program with an outbox reports all queues", "queue"),
	GAUGE(METRIC_QUEUE_CONSUMERS, "hotel_queue_consumers", "Consumers of that queue", "queue"),
	GAUGE(METRIC_DEAD_LETTERS, "hotel_dead_letters", "Messages in that queue's dead-letter queue", "queue"),
	GAUGE(METRIC_DELIVERIES, "hotel_deliveries",
	      "Mails and webhooks that wait or have failed", "channel", "state"),
	GAUGE(METRIC_DELIVERY_OLDEST, "hotel_delivery_oldest_age_seconds",
	      "Age of the oldest that waits; 0: there is none", "channel"),
	COUNTER(METRIC_DELIVERY_ATTEMPTS, "hotel_delivery_attempts_total",
	        "Delivery attempts by outcome: delivered, waiting (to be retried), failed",
	        "channel", "outcome"),
	COUNTER(METRIC_PURGED, "hotel_purged_total",
	        "Rows purged: keys, nights (by stay), contacts (by booking), notifications, deliveries (with their events), sessions (with failed sign-ins), mails (with their tokens), audit, changes (of rooms)",
	        "kind"),
};
/* clang-format on */

const char *
metric_type_name(enum metric_type type)
{
	static const char *const names[METRIC_TYPE_MAX] = {[METRIC_COUNTER] = "counter",
	                                                   [METRIC_GAUGE] = "gauge",
	                                                   [METRIC_HISTOGRAM] = "histogram"};
	return type < METRIC_TYPE_MAX ? names[type] : "?";
}

/* ---- counting times ---- */

const struct histogram_bound histogram_bounds[HISTOGRAM_BOUNDS] = {
	{1, "0.001"},  {2, "0.002"},  {5, "0.005"},  {10, "0.01"},    {25, "0.025"}, {50, "0.05"},
	{100, "0.1"},  {250, "0.25"}, {500, "0.5"},  {1000, "1"},     {2500, "2.5"}, {5000, "5"},
	{10000, "10"}, {30000, "30"}, {60000, "60"}, {300000, "300"},
};

void
histogram_add(struct histogram *histogram, int64_t ms)
{
	size_t bucket = 0;
	if (ms < 0)
		ms = 0;
	while (bucket < HISTOGRAM_BOUNDS && ms > histogram_bounds[bucket].ms)
		bucket++;
	atomic_fetch_add_explicit(&histogram->buckets[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&histogram->sum_ms, (uint_fast64_t)ms, memory_order_relaxed);
}
