/*
 * stop - the one sign that a program is to end, for every thread to wait on.
 */
#ifndef WORKERS_STOP_H
#define WORKERS_STOP_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct stop {
	int fd; /* an eventfd: readable from then on; nobody reads it */
};

/* ERR_SYSTEM. */
MUST_CHECK enum err stop_open(struct stop *stop);
void stop_close(struct stop *stop);

/* From now on the program is to end. */
void stop_ask(const struct stop *stop);

/* Waits up to ms (0: looks); whether the program is to end. */
bool stop_wait(const struct stop *stop, uint32_t ms);

#endif
