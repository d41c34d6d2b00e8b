/*
 * request - one HTTP request, already parsed, checked and given a caller; read-only for handlers.
 */
#ifndef FCGI_REQUEST_H
#define FCGI_REQUEST_H

#include "base/err.h"
#include "domain/caller.h"
#include "fcgi/etag.h"
#include "fcgi/router.h"

#include <stdbool.h>
#include <stdint.h>

#define REQUEST_BODY_MAX  (64 * 1024)      /* bytes */
#define IDEMPOTENCY_FIELD "idempotencyKey" /* stands for the header */

struct json_object;

struct request {
	enum method method;
	const struct route *route;
	uint64_t ids[ROUTE_IDS_MAX]; /* the path's {parameters}, in order */
	const char *path;            /* without query */

	struct caller caller;
	struct origin origin; /* the caller again, with X-Request-Id and traceparent */

	/*
	 * Idempotency-Key, or the field idempotencyKey; key "" if there is none. Bound to caller,
	 * method and path; the fingerprint is the same for the same body and query, whatever the
	 * order of their members, their white space, and whether a number came as a text.
	 */
	struct idempotency key;

	struct etags if_match, if_none_match;
	uint64_t if_version; /* what If-Match asks for, as the ports take it; 0: any version */
	int64_t deadline_ms; /* by monotonic_ms() */
	bool prefers_html;   /* a browser's form post: answered by 303 where the route has a page */

	/* Objects, for request_fields() and request_query(); empty ones if there is nothing. */
	struct json_object *body, *query;
	bool body_is_form;
};

/* Milliseconds until the deadline, never below 0. */
int64_t request_time_left_ms(const struct request *req);

#endif
