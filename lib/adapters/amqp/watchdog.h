/*
 * watchdog - shuts a socket down when a call on it takes too long.
 *
 * The library waits without end in places that no option of it reaches. A thread of its own looks
 * at the clock and shuts the socket down, so that the hanging call fails. It sleeps while nothing
 * is guarded.
 */
#ifndef ADAPTERS_AMQP_WATCHDOG_H
#define ADAPTERS_AMQP_WATCHDOG_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct watchdog;

/* NULL: out of memory, or no thread to be had. */
struct watchdog *watchdog_new(void);
void watchdog_free(struct watchdog *watchdog);

/* Watches over a socket from now on, by a descriptor of its own; -1: over none. ERR_SYSTEM. */
MUST_CHECK enum err watchdog_socket(struct watchdog *watchdog, int fd);

/* From begin to end a call is under way that may take so many milliseconds. */
void watchdog_begin(struct watchdog *watchdog, uint32_t limit_ms);

/* Whether the call was cut off. */
bool watchdog_end(struct watchdog *watchdog);

#endif
