/* SPDX-License-Identifier: MIT */
#include "fcgi/stats.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <stdio.h>

/* The statuses that are counted separately; 0 counts all others and requests without a response. */
static const int statuses[] = {0,   200, 201, 202, 204, 303, 304, 400, 401, 402, 403,
                               404, 405, 409, 412, 413, 415, 422, 429, 500, 503};

struct route_stats {
	atomic_uint_fast64_t by_status[ARRAY_SIZE(statuses)];
	struct histogram times;
};

struct stats {
	const struct service *service;
	struct route_stats rows[]; /* one per route, and one for requests without a route */
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
	size_t kind = ARRAY_SIZE(statuses) - 1;
	while (kind > 0 && statuses[kind] != status)
		kind--;
	atomic_fetch_add_explicit(&row->by_status[kind], 1, memory_order_relaxed);
	histogram_add(&row->times, ms);
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

void
stats_metrics(const struct stats *stats, struct metrics *to)
{
	for (size_t row = 0; row <= stats->service->n_routes; row++) {
		/* Statuses with a count of 0 are left out. */
		char status[16];
		for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
			uint64_t count = atomic_load_explicit(&stats->rows[row].by_status[i],
			                                      memory_order_relaxed);
			snprintf(status, sizeof(status), "%d", statuses[i]);
			if (count)
				METRIC(to, METRIC_REQUESTS, count, method_of(stats, row),
				       pattern_of(stats, row), status);
		}
	}
	for (size_t row = 0; row <= stats->service->n_routes; row++)
		METRIC_TIMES(to, METRIC_REQUEST_DURATION, &stats->rows[row].times,
		             method_of(stats, row), pattern_of(stats, row));
}
