/* SPDX-License-Identifier: MIT */
/*
 * watchdog - shuts a socket down when a call on it takes too long.
 *
 * The library has waits without a timeout. A thread shuts the socket down at the deadline, so that
 * the hanging call fails. The thread sleeps while no call is guarded.
 */
#ifndef ADAPTERS_AMQP_WATCHDOG_H
#define ADAPTERS_AMQP_WATCHDOG_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct watchdog;

/* NULL: out of memory, or no thread could be started. */
struct watchdog *watchdog_new(void);
void watchdog_free(struct watchdog *watchdog);

/* Guards a socket from now on, by a duplicate of its descriptor; -1: none. ERR_SYSTEM. */
MUST_CHECK enum err watchdog_socket(struct watchdog *watchdog, int fd);

/* Call these before and after a call that may take so many milliseconds. */
void watchdog_begin(struct watchdog *watchdog, uint32_t limit_ms);

/* True: the socket was shut down. */
bool watchdog_end(struct watchdog *watchdog);

#endif
