/*
 * request_handle - one request from what came over the wire to the bytes that go back; no socket in
 * sight.
 */
#ifndef FCGI_REQUEST_HANDLE_H
#define FCGI_REQUEST_HANDLE_H

#include "base/buf.h"
#include "fcgi/request_read.h"
#include "fcgi/service.h"

#include <stdbool.h>
#include <stdint.h>

#define RESPONSE_HEAD_MAX (16 * 1024)        /* bytes of an answer's header */
#define RESPONSE_BODY_MAX (16 * 1024 * 1024) /* bytes of an answer's body */

/* What every exchange of a program shares. */
struct program {
	const struct service *service;
	const struct settings *settings;
	const struct app *app;
};

/* An answer, and what the log and the counters want to know of it. */
struct http_response {
	struct buf head; /* "Status: 201\r\n" ... and the empty line */
	struct buf body;
	int status;
	enum err err;
	bool silent;           /* nothing is to be sent, */
	int64_t hold_until_ms; /* and the connection closed then (by monotonic_ms(); 0: at once) */
	enum method method;
	const struct route *route; /* NULL: there was none */
	char request_id[65], traceparent[56];
	uint64_t correlation; /* the book's id, or 0 */
};

/* Answers a request. Whatever happens there is an answer; its buffers are reused. */
void request_handle(const struct program *program, const struct raw_request *in,
                    struct http_response *answer);

/* Gives the buffers back. */
void http_response_done(struct http_response *answer);

#endif
