/* SPDX-License-Identifier: MIT */
/* buf - bytes that grow, up to a declared maximum. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err
reserve(struct buf *buf, size_t more)
{
	if (more > buf->max || buf->len > buf->max - more)
		return ERR_TOO_LARGE;
	size_t need = buf->len + more + 1;
	if (need <= buf->cap)
		return OK;
	size_t cap = buf->cap ? buf->cap : 256;
	while (cap < need)
		cap *= 2;
	char *data = realloc(buf->data, cap);
	if (!data)
		return ERR_MEMORY;
	buf->data = data;
	buf->cap = cap;
	return OK;
}

enum err
buf_add(struct buf *buf, const void *bytes, size_t n)
{
	enum err err = reserve(buf, n);
	if (err != OK)
		return err;
	if (n)
		memcpy(buf->data + buf->len, bytes, n);
	buf->len += n;
	buf->data[buf->len] = '\0';
	return OK;
}

enum err
buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	enum err err = n < 0 ? ERR_BUG_HERE() : reserve(buf, (size_t)n);
	if (err == OK) {
		vsnprintf(buf->data + buf->len, (size_t)n + 1, format, again);
		buf->len += (size_t)n;
	}
	va_end(again);
	return err;
}

void
buf_reset(struct buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

void
buf_done(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf)BUF_INIT(buf->max);
}
