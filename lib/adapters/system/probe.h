/* SPDX-License-Identifier: MIT */
/*
 * probe - runs a check that may take long in its own thread, so that callers can limit their wait.
 */
#ifndef ADAPTERS_SYSTEM_PROBE_H
#define ADAPTERS_SYSTEM_PROBE_H

#include "base/err.h"

#include <stdint.h>

struct probe;

/* Starts the thread, which calls ask once for all callers that wait at the same time. ERR_MEMORY,
 * ERR_SYSTEM. */
MUST_CHECK enum err probe_open(enum err (*ask)(void *arg), void *arg, struct probe **ret_probe);

/* Waits up to limit_ms for the next result. ERR_TIMEOUT: there was none. Thread-safe. */
MUST_CHECK enum err probe_ask(struct probe *probe, uint32_t limit_ms);

/* Waits for a running check; no caller may wait any more. NULL is fine. */
void probe_close(struct probe *probe);

#endif
