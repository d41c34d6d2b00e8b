/* SPDX-License-Identifier: MIT */
/*
 * answer - a FastCGI service that answers every request alike, from memory: what is left of a service when it
 * has nothing to do.
 */
#ifndef TOOLS_BENCH_ANSWER_H
#define TOOLS_BENCH_ANSWER_H

#include "base/err.h"

#include <stdint.h>

#define ANSWER_BYTES_MAX   (1024 * 1024)
#define ANSWER_THREADS_MAX 512

struct answer_plan {
	const char *socket; /* the path of a unix socket that it makes */
	uint64_t bytes;     /* of the body */
	uint64_t threads;
};

/* Answers until the process is killed. Each answer has the header "X-Answer: memory". ERR_SYSTEM: it cannot
 * listen; ERR_MEMORY. */
MUST_CHECK enum err answer_run(const struct answer_plan *plan);

#endif
