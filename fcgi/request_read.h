/*
 * request_read - from what came over the wire to a request that handlers can trust.
 */
#ifndef FCGI_REQUEST_READ_H
#define FCGI_REQUEST_READ_H

#include "base/buf.h"
#include "config/settings.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <stdbool.h>

/* A request as it came. */
struct raw_request {
	char *const *params; /* see params.h */
	const struct buf *body;
	bool body_too_large; /* then body is not all of it */
};

/*
 * First half, from the parameters alone: origin, conditions, deadline, and what the client prefers.
 * Cannot fail: what is unreadable is left out or made anew.
 */
void request_begin(const struct raw_request *in, const struct settings *settings,
                   struct request *req);

/*
 * Second half, once req->route is known: query, body, caller and key. ERR_MALFORMED (with detail in
 * res), ERR_INVALID (with faults), ERR_TOO_LARGE, ERR_MEDIA_TYPE, ERR_MEMORY.
 */
MUST_CHECK enum err request_read(const struct raw_request *in, struct request *req,
                                 struct response *res);

/* Everything given back. */
void request_done(struct request *req);

#endif
