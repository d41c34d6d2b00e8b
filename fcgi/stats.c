/* stats - how many requests of each route ended how, and how long they took. */
#include "fcgi/stats.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

/* What is counted apart; anything else is 0, as no answer is. */
static const int statuses[] = {0,   200, 201, 202, 204, 303, 304, 400, 401, 402, 403,
                               404, 405, 409, 412, 413, 415, 422, 429, 500, 503};
static const int64_t bounds_ms[] = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000};

struct route_stats {
	atomic_uint_fast64_t by_status[ARRAY_SIZE(statuses)];
	atomic_uint_fast64_t by_time[ARRAY_SIZE(bounds_ms) + 1]; /* the last: longer */
	atomic_uint_fast64_t sum_ms;
};

struct stats {
	const struct service *service;
	struct route_stats rows[]; /* one a route, and one for requests without */
};

enum err
stats_open(const struct service *service, struct stats **ret_stats)
{
	struct stats *stats =
		calloc(1, sizeof(*stats) + (service->n_routes + 1) * sizeof(stats->rows[0]));
	if (!stats)
		return ERR_MEMORY;
	stats->service = service;
	*ret_stats = stats;
	return OK;
}

void
stats_close(struct stats *stats)
{
	free(stats);
}

void
stats_count(struct stats *stats, const struct route *route, int status, int64_t ms)
{
	size_t at = route ? (size_t)(route - stats->service->routes) : stats->service->n_routes;
	struct route_stats *row = &stats->rows[at];
	size_t kind = ARRAY_SIZE(statuses) - 1, bucket = 0;
	while (kind > 0 && statuses[kind] != status)
		kind--;
	while (bucket < ARRAY_SIZE(bounds_ms) && ms > bounds_ms[bucket])
		bucket++;
	atomic_fetch_add(&row->by_status[kind], 1);
	atomic_fetch_add(&row->by_time[bucket], 1);
	atomic_fetch_add(&row->sum_ms, (uint_fast64_t)ms);
}

/* The labels of a row. */
static const char *
method_of(const struct stats *stats, size_t row)
{
	return row < stats->service->n_routes ? method_name(stats->service->routes[row].method)
	                                      : "";
}

static const char *
pattern_of(const struct stats *stats, size_t row)
{
	return row < stats->service->n_routes ? stats->service->routes[row].pattern : "";
}

static enum err
counts_write(const struct stats *stats, size_t row, struct buf *text)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(statuses); i++) {
		uint64_t count = atomic_load(&stats->rows[row].by_status[i]);
		if (count)
			err = buf_addf(text,
			               "hotel_requests_total{method=\"%s\",route=\"%s\","
			               "status=\"%d\"} %" PRIu64 "\n",
			               method_of(stats, row), pattern_of(stats, row), statuses[i],
			               count);
	}
	return err;
}

static enum err
bucket_write(const struct stats *stats, size_t row, const char *bound, uint64_t count,
             struct buf *text)
{
	return buf_addf(
		text, "hotel_request_ms_bucket{method=\"%s\",route=\"%s\",le=\"%s\"} %" PRIu64 "\n",
		method_of(stats, row), pattern_of(stats, row), bound, count);
}

static enum err
times_write(const struct stats *stats, size_t row, struct buf *text)
{
	char bound[24];
	uint64_t count = 0;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(bounds_ms); i++) {
		count += atomic_load(&stats->rows[row].by_time[i]);
		snprintf(bound, sizeof(bound), "%" PRId64, bounds_ms[i]);
		err = bucket_write(stats, row, bound, count, text);
	}
	count += atomic_load(&stats->rows[row].by_time[ARRAY_SIZE(bounds_ms)]);
	if (err == OK)
		err = bucket_write(stats, row, "+Inf", count, text);
	if (err != OK)
		return err;
	return buf_addf(text,
	                "hotel_request_ms_sum{method=\"%s\",route=\"%s\"} %" PRIu64 "\n"
	                "hotel_request_ms_count{method=\"%s\",route=\"%s\"} %" PRIu64 "\n",
	                method_of(stats, row), pattern_of(stats, row),
	                (uint64_t)atomic_load(&stats->rows[row].sum_ms), method_of(stats, row),
	                pattern_of(stats, row), count);
}

/* Rows nobody asked for are left out. */
static bool
was_used(const struct stats *stats, size_t row)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (atomic_load(&stats->rows[row].by_status[i]))
			return true;
	return false;
}

enum err
stats_write(const struct stats *stats, struct buf *text)
{
	enum err err = buf_addf(text, "# HELP hotel_requests_total Requests by their end; status 0 "
	                              "is no answer.\n# TYPE hotel_requests_total counter\n");
	for (size_t row = 0; err == OK && row <= stats->service->n_routes; row++)
		err = counts_write(stats, row, text);
	if (err == OK)
		err = buf_addf(text, "# HELP hotel_request_ms How long requests took.\n"
		                     "# TYPE hotel_request_ms histogram\n");
	for (size_t row = 0; err == OK && row <= stats->service->n_routes; row++)
		if (was_used(stats, row))
			err = times_write(stats, row, text);
	return err;
}
