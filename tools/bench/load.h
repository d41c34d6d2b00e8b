/* SPDX-License-Identifier: MIT */
/*
 * load - many clients that send one request after the other over connections that stay open.
 *
 * In a closed loop each client sends its next request when it has the answer. In an open loop, with a rate,
 * requests are due at fixed times, whatever the answers do, and their latency counts from when they were due:
 * otherwise a server that stops for a second would be asked less often in that second, and look faster
 * ("coordinated omission").
 *
 * One thread does it all, because it shares the processors with what it measures.
 */
#ifndef TOOLS_BENCH_LOAD_H
#define TOOLS_BENCH_LOAD_H

#include "tools/bench/histogram.h"
#include "tools/bench/requests.h"

#define LOAD_SECONDS_MAX     3600
#define LOAD_CONNECTIONS_MAX 10000
#define LOAD_RATE_MAX        1000000 /* a second */
#define LOAD_STATUS_MAX      600
#define LOAD_REQUEST_MAX     4096  /* bytes */
#define LOAD_ANSWER_MS       30000 /* a request without an answer for so long has failed */

struct load_plan {
	struct request_plan requests;
	uint16_t port; /* on 127.0.0.1 */
	uint64_t connections, seconds;
	uint64_t rate;  /* requests a second; 0: a closed loop */
	uint64_t first; /* the number of the first request */
};

/* What was answered within one second of the run. */
struct load_second {
	uint64_t answers, good; /* good: with the status that was wanted */
	struct histogram latency;
};

/* What came of a run. Answers that came after its end count in `statuses` only. */
struct load_result {
	struct load_second *seconds; /* one for each second of the plan */
	uint64_t sent, failed;       /* requests; without an answer, or not to be read */
	uint64_t unsent; /* due in an open loop, but no client was free before the end */
	uint64_t statuses[LOAD_STATUS_MAX];
	struct histogram refused; /* latency of the answers 429 and 503 */
	int64_t elapsed_us;       /* from the first request to the end of the run */
};

/* Runs a plan. The caller frees *ret_result by load_result_done(), whatever the outcome. ERR_UNAVAILABLE:
 * nobody listens at the port; ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err load_run(const struct load_plan *plan, struct load_result *ret_result);

/* Frees its memory. For CLEANUP. */
void load_result_done(struct load_result *result);

/* Prints a result as JSON on stdout. ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err load_report(const struct load_plan *plan, const struct load_result *result);

#endif
