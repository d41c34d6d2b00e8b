/* SPDX-License-Identifier: MIT */
/*
 * respond - a FastCGI service that answers every request alike, from memory: what is left of a service when it
 * has nothing to do.
 */
#ifndef TOOLS_BENCH_RESPOND_H
#define TOOLS_BENCH_RESPOND_H

#include "base/err.h"

#include <stdint.h>

#define RESPOND_BYTES_MAX   (1024 * 1024)
#define RESPOND_THREADS_MAX 512

struct respond_plan {
	const char *socket; /* the path of a unix socket that it makes */
	uint64_t bytes;     /* of the body */
	uint64_t threads;
};

/* Answers until the process is killed. Each answer has the header "X-Answer: memory". ERR_SYSTEM: it cannot
 * listen; ERR_MEMORY. */
MUST_CHECK enum err respond_run(const struct respond_plan *plan);

#endif
