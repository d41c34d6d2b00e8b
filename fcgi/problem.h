/* SPDX-License-Identifier: MIT */
/*
 * problem - the HTTP status and problem (RFC 9457) of every outcome; no other place decides
 * statuses.
 */
#ifndef FCGI_PROBLEM_H
#define FCGI_PROBLEM_H

#include "base/err.h"

#include <stdbool.h>

struct problem {
	int status;
	const char *slug;  /* its type is /problems/<slug>; "" for OK and ERR_NOT_MODIFIED */
	const char *title; /* a sentence that is true for every occurrence */
	bool retry_after;  /* sending it again later may help */
};

/* The problem of an outcome. It is a switch without default: a new outcome does not compile until
 * it is decided here. */
struct problem problem_of(enum err err);

/* The detail of an outcome for which the handler gives none: the fault and the cure. */
const char *problem_detail(enum err err);

/* The reason phrase of a status that we send, such as "Not Found". */
const char *status_reason(int status);

#endif
