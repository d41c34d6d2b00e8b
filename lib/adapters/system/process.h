/*
 * process - what a process uses: time, memory, descriptors; and what its disk has left.
 */
#ifndef ADAPTERS_SYSTEM_PROCESS_H
#define ADAPTERS_SYSTEM_PROCESS_H

#include "app/metrics.h"
#include "base/day.h"

/* Tells of this process, which started then, and of the disk that folder is on. What the system
 * does not say is left out. */
void process_metrics(instant_t start, const char *folder, struct metrics *to);

#endif
