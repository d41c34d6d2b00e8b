/* SPDX-License-Identifier: MIT */
/*
 * bulkhead - limits how many calls a process makes to another service at once, so that a slow
 * service cannot keep all threads waiting.
 */
#ifndef ADAPTERS_SYSTEM_BULKHEAD_H
#define ADAPTERS_SYSTEM_BULKHEAD_H

#include "app/ports.h"

/* With so many places, at least one. ERR_MEMORY. */
MUST_CHECK enum err bulkhead_open(uint32_t places, struct bulkhead *ret_bulkhead);
void bulkhead_close(struct bulkhead *bulkhead);

#endif
