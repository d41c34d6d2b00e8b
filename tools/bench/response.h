/* SPDX-License-Identifier: MIT */
/*
 * response - reads an HTTP/1.1 response piece by piece (RFC 9112), as far as a load generator has to:
 * its status and where it ends. The body is not kept.
 */
#ifndef TOOLS_BENCH_RESPONSE_H
#define TOOLS_BENCH_RESPONSE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define RESPONSE_LINE_MAX 8192 /* bytes of a line of the head */

enum response_part {
	RESPONSE_STATUS,
	RESPONSE_HEADER,
	RESPONSE_BODY,
	RESPONSE_CHUNK_SIZE,
	RESPONSE_CHUNK,
	RESPONSE_CHUNK_END,
	RESPONSE_TRAILER,
	RESPONSE_WHOLE, /* nothing more belongs to it */
};

struct response {
	enum response_part part;
	unsigned status;
	bool closes;   /* the server closes the connection after it */
	bool chunked;  /* RFC 9112, 7.1 */
	bool measured; /* its head tells where it ends */
	uint64_t left; /* bytes of the body or of the chunk */
	size_t line_len;
	char line[RESPONSE_LINE_MAX + 1];
};

/* Makes it ready for the first byte. */
void response_begin(struct response *response);

/* Takes the next n bytes. ERR_MALFORMED: they are no HTTP/1.1, or more than one response; ERR_TOO_LARGE: a
 * line is longer than RESPONSE_LINE_MAX. */
MUST_CHECK enum err response_feed(struct response *response, const char *bytes, size_t n);

#endif
