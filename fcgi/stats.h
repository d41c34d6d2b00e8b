/* SPDX-License-Identifier: MIT */
/*
 * stats - counts the requests of each route by status and duration, for /metrics.
 *
 * Counting takes no lock.
 */
#ifndef FCGI_STATS_H
#define FCGI_STATS_H

#include "app/metrics.h"
#include "base/err.h"
#include "fcgi/service.h"

#include <stdint.h>

struct stats;

/* ERR_MEMORY. */
MUST_CHECK enum err stats_open(const struct service *service, struct stats **ret_stats);
void stats_close(struct stats *stats);

/* Counts one request. route NULL: no route matched; status 0: no response was sent. */
void stats_count(struct stats *stats, const struct route *route, int status, int64_t ms);

void stats_metrics(const struct stats *stats, struct metrics *to);

#endif
