/* SPDX-License-Identifier: MIT */
/*
 * request_read - turns what nginx sent into a request that handlers can trust.
 */
#ifndef FCGI_REQUEST_READ_H
#define FCGI_REQUEST_READ_H

#include "base/buf.h"
#include "config/settings.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <stdbool.h>

/* A request as it arrived. */
struct raw_request {
	char *const *params;   /* NAME=value, as nginx sends them; ends with a NULL */
	bool params_too_large; /* params are only the beginning of them */
	const struct buf *body;
	bool body_too_large; /* body is only the beginning of it */
};

/* The value of a parameter; NULL if there is none. */
const char *param_get(char *const params[], const char *name);

/* The value of a parameter, or fallback if there is none. */
const char *param_or(char *const params[], const char *name, const char *fallback);

/*
 * First half, from the parameters alone: origin, deadline, and what the client accepts.
 * It cannot fail: an unreadable header counts as absent, and an unusable request id is replaced.
 */
void request_begin(const struct raw_request *raw, const struct settings *settings,
                   struct request *req);

/*
 * Second half, once req->route is known: conditions, query, body, caller and idempotency key. ERR_MALFORMED
 * (with detail in res), ERR_INVALID (with faults), ERR_TOO_LARGE, ERR_MEDIA_TYPE, ERR_MEMORY.
 */
MUST_CHECK enum err request_read(const struct raw_request *raw, struct request *req,
                                 struct response *res);

/* Frees what request_read() made. */
void request_done(struct request *req);

#endif
