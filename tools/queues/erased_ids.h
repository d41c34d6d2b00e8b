/* SPDX-License-Identifier: MIT */
/*
 * erased_ids - the bookings that a restore has erased again, by the events that hotel-erased wrote.
 */
#ifndef TOOLS_QUEUES_ERASED_IDS_H
#define TOOLS_QUEUES_ERASED_IDS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct erased_ids {
	uint64_t *ids; /* ascending */
	size_t n;
};

/* Reads the numbers of the bookings of a file of events, one a line. ERR_SYSTEM: errno says why. ERR_POISON: a line
 * is no event. ERR_MEMORY. The caller ends it with erased_ids_done(), also after an error. */
MUST_CHECK enum err erased_ids_read(const char *path, struct erased_ids *ret_erased);
void erased_ids_done(struct erased_ids *erased);

bool erased_ids_have(const struct erased_ids *erased, uint64_t id);

#endif
