/* SPDX-License-Identifier: MIT */
/*
 * shared_breaker - a circuit breaker in memory that the processes of a program share: it opens for
 * all of them at once.
 */
#ifndef ADAPTERS_SYSTEM_SHARED_BREAKER_H
#define ADAPTERS_SYSTEM_SHARED_BREAKER_H

#include "app/ports.h"

/*
 * Opens the breaker of that name, a file in the folder. The file outlives the processes. A file
 * that does not exist, or that is not a usable breaker of this version and of this boot, is made anew.
 * ERR_SYSTEM: errno says why. ERR_MEMORY.
 */
MUST_CHECK enum err shared_breaker_open(const char *folder, const char *name,
                                        const struct breaker_limits *limits,
                                        struct shared_breaker *ret_breaker);
void shared_breaker_close(struct shared_breaker *shared);

/* Whether a program has made the breaker of that name in the folder. */
bool shared_breaker_exists(const char *folder, const char *name);

/* What an operator does to it, for all processes at once: breaker_force() and breaker_reset(). */
void shared_breaker_force(const struct shared_breaker *shared);
void shared_breaker_reset(const struct shared_breaker *shared);

#endif
