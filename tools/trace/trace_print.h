/* SPDX-License-Identifier: MIT */
/*
 * trace_print - a traced booking as lines for people, or as JSON.
 */
#ifndef TOOLS_TRACE_TRACE_PRINT_H
#define TOOLS_TRACE_TRACE_PRINT_H

#include "base/buf.h"
#include "tools/trace/trace_sources.h"

/* Appends the lines: when, how long after the one before, who, what. missing: the source that is
 * unavailable, or NULL. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err trace_print(const struct traced *traced, const struct timeline *timeline,
                                const char *missing, struct buf *text);

/* The same as one JSON object, with a newline. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err trace_print_json(const struct traced *traced, const struct timeline *timeline,
                                     const char *missing, struct buf *text);

#endif
