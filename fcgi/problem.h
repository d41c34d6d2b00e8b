/*
 * problem - what every outcome means on the wire: the only place where statuses are decided.
 */
#ifndef FCGI_PROBLEM_H
#define FCGI_PROBLEM_H

#include "base/err.h"

#include <stdbool.h>

struct problem {
	int status;
	const char *slug;  /* its type is /problems/<slug>; "" for OK and ERR_NOT_MODIFIED */
	const char *title; /* a sentence that holds for every occurrence */
	bool retry_after;  /* sending it again later may help */
};

/* The problem of an outcome, by a total switch. An outcome outside of the list is a bug. */
struct problem problem_of(enum err err);

#endif
