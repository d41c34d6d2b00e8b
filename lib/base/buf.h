/* SPDX-License-Identifier: MIT */
/*
 * buf - a byte buffer that grows up to a declared maximum.
 *
 * The content is always followed by a NUL byte that len does not count. A failed append leaves the
 * content as it was.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"

#include <stddef.h>

struct buf {
	char *data;
	size_t len, cap;
	size_t max; /* in bytes; an append that would exceed it is ERR_TOO_LARGE */
};

#define BUF_INIT(maximum)        \
	{                        \
		.max = (maximum) \
	}

/* Appends n bytes. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err buf_add(struct buf *buf, const void *bytes, size_t n);

/* Appends formatted text. ERR_TOO_LARGE, ERR_MEMORY. Not for JSON, SQL or HTML: those have views.
 */
MUST_CHECK enum err buf_addf(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Empties it, keeping the memory. */
void buf_reset(struct buf *buf);

/* Frees the memory. For CLEANUP. */
void buf_done(struct buf *buf);

#endif
