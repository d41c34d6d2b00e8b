/* SPDX-License-Identifier: MIT */
/*
 * process - metrics of the process: CPU time, memory, descriptors and disk space.
 */
#ifndef ADAPTERS_SYSTEM_PROCESS_H
#define ADAPTERS_SYSTEM_PROCESS_H

#include "app/metrics.h"
#include "base/day.h"

/* Adds the metrics of this process, which started then, and of the disk that folder is on. Those
 * that the system does not provide are left out. */
void process_metrics(instant_t start, const char *folder, struct metrics *to);

#endif
