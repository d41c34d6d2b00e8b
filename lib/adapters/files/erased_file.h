/* SPDX-License-Identifier: MIT */
/*
 * erased_file - the list of what was erased, as a file: a line each, in the order of the erasures.
 *
 * Several processes may append to it at once. A line that was cut off by a loss of power is no line; the next
 * one begins behind it.
 */
#ifndef ADAPTERS_FILES_ERASED_FILE_H
#define ADAPTERS_FILES_ERASED_FILE_H

#include "app/erased.h"

/* The list in the file of this path, which has to outlive it; the first append makes the file. Its waits are those
 * of the disk alone: for another process that appends, and for fsync. */
struct erased_list erased_file_port(const char *path);

/*
 * Shows every line that can be read to visit, whose error ends it. A file that is not there is an empty list.
 * ret_unreadable: how many lines cannot be read. ERR_SYSTEM: errno says why.
 */
typedef enum err erased_visit(void *arg, const struct erased *erased);
MUST_CHECK enum err erased_file_read(const char *path, erased_visit *visit, void *arg,
                                     uint64_t *ret_unreadable);

#endif
