/*
 * probe - a question that may take long, asked by a thread of its own, so that whoever wants to
 * know waits no longer than he likes.
 */
#ifndef ADAPTERS_SYSTEM_PROBE_H
#define ADAPTERS_SYSTEM_PROBE_H

#include "base/err.h"

#include <stdint.h>

struct probe;

/* Starts the thread; ask is called in it, once for all who want to know at the same time.
 * ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err probe_open(enum err (*ask)(void *arg), void *arg, struct probe **ret_probe);

/* The next answer there is. ERR_TIMEOUT: none for so long. Any thread. */
MUST_CHECK enum err probe_ask(struct probe *probe, uint32_t limit_ms);

/* Waits for a question that is under way; nobody may be asking any more. NULL is fine. */
void probe_close(struct probe *probe);

#endif
