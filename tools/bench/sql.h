/* SPDX-License-Identifier: MIT */
/*
 * sql - the limit: how many bookings a second bare SQL makes on this machine.
 *
 * Three durable transactions a booking, as a naive program makes them: hold (the booking and its three
 * nights), approve (a payment and its event), settle (the booking changes, and its event). Each is sent as
 * one multi-statement, over one connection for each thread; no HTTP, no broker. With `merged` each
 * transaction does so many bookings by multi-row statements.
 *
 * Its tables are in a database of its own, `hotel_bench`, which is dropped afterwards.
 */
#ifndef TOOLS_BENCH_SQL_H
#define TOOLS_BENCH_SQL_H

#include "config/settings.h"
#include "tools/bench/histogram.h"

#define SQL_THREADS_MAX 512
#define SQL_MERGED_MAX  256

struct sql_plan {
	uint64_t threads, seconds;
	uint64_t merged; /* bookings of one transaction */
};

struct sql_result {
	uint64_t bookings, failed;
	int64_t elapsed_us;
	struct histogram latency; /* of the three transactions together */
};

/* Runs a plan. The settings are those of an administrator of MariaDB. ERR_UNAVAILABLE: the reason is on
 * stderr; ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err sql_run(const struct settings *settings, const struct sql_plan *plan,
                            struct sql_result *ret_result);

/* Prints a result as JSON on stdout. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err sql_report(const struct sql_plan *plan, const struct sql_result *result);

#endif
