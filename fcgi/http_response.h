/* SPDX-License-Identifier: MIT */
/*
 * http_response - the bytes that go back to nginx, and what the log and the counters need to know.
 */
#ifndef FCGI_HTTP_RESPONSE_H
#define FCGI_HTTP_RESPONSE_H

#include "base/buf.h"
#include "base/err.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <stdbool.h>
#include <stdint.h>

#define RESPONSE_HEAD_MAX (16 * 1024)        /* bytes of a header */
#define RESPONSE_BODY_MAX (16 * 1024 * 1024) /* bytes of a body */

struct http_response {
	struct buf head; /* "Status: 201\r\n" ... and the empty line */
	struct buf body;
	int status;
	enum err err;
	bool silent; /* send nothing; close the connection */
	enum method method;
	const struct route *route; /* NULL: no route matched */
	char request_id[65], traceparent[56];
	uint64_t correlation; /* the booking's id, or 0 */
};

/* Clears it for a request and keeps its buffers. */
void http_response_begin(struct http_response *http, const struct request *req);

/*
 * Fills head, body and status from the outcome of a request and what the handler put into res.
 * allowed: the path's methods, for Allow. On ERR_MEMORY and ERR_TOO_LARGE head and body are
 * unusable.
 */
MUST_CHECK enum err http_response_write(const struct request *req, struct response *res,
                                        enum err outcome, unsigned allowed,
                                        struct http_response *http);

/* Frees the buffers. */
void http_response_done(struct http_response *http);

#endif
