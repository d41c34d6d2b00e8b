/* SPDX-License-Identifier: MIT */
/*
 * shared_counter - a number in memory that the processes of a program share.
 */
#ifndef ADAPTERS_FILES_SHARED_COUNTER_H
#define ADAPTERS_FILES_SHARED_COUNTER_H

#include "base/err.h"

#include <stdatomic.h>

/* Maps the counter of that name, a file in the folder that outlives the processes; a new one is 0. What it stands at
 * means nothing: a change of it does. ERR_SYSTEM: errno says why. */
MUST_CHECK enum err shared_counter_open(const char *folder, const char *name,
                                        atomic_uint_fast64_t **ret_counter);

/* Takes NULL. */
void shared_counter_close(atomic_uint_fast64_t *counter);

#endif
