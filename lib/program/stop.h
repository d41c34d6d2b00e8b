/* SPDX-License-Identifier: MIT */
/*
 * stop - the signal inside a program that it is to end; every thread can wait for it.
 */
#ifndef PROGRAM_STOP_H
#define PROGRAM_STOP_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct stop {
	int fd; /* an eventfd: readable once the program is to end, and never read */
};

/* ERR_SYSTEM. */
MUST_CHECK enum err stop_open(struct stop *stop);
/* A stop that was never opened (fd -1) is fine. */
void stop_close(struct stop *stop);

/* From now on the program is to end. */
void stop_ask(const struct stop *stop);

/* Waits up to ms (0: does not wait). Whether the program is to end. */
bool stop_wait(const struct stop *stop, uint32_t ms);

#endif
