/*
 * shared_breaker - a breaker in memory that the processes of a program share, so that a replica
 * opens as one; and the bulkhead beside it, which is each process's own.
 */
#ifndef ADAPTERS_SYSTEM_SHARED_BREAKER_H
#define ADAPTERS_SYSTEM_SHARED_BREAKER_H

#include "app/ports.h"

/*
 * Opens the breaker of that name in the folder, and makes it if it is not there. It lives in a file
 * of the folder, which outlives its processes; what one finds there that is not a breaker (of
 * another version, from before a reboot) is made anew. ERR_SYSTEM: errno says why. ERR_MEMORY.
 */
MUST_CHECK enum err shared_breaker_open(const char *folder, const char *name,
                                        const struct breaker_limits *limits,
                                        struct shared_breaker *ret_breaker);
void shared_breaker_close(struct shared_breaker *shared);

/* Whether a program has made the breaker of that name in the folder. */
bool shared_breaker_exists(const char *folder, const char *name);

/* What an operator does to it, for all processes at once: breaker_force() and breaker_close(). */
void shared_breaker_force(const struct shared_breaker *shared);
void shared_breaker_reset(const struct shared_breaker *shared);

/* A bulkhead of so many places, at least one. ERR_MEMORY. */
MUST_CHECK enum err bulkhead_open(uint32_t places, struct bulkhead *ret_bulkhead);
void bulkhead_close(struct bulkhead *bulkhead);

#endif
