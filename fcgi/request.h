/* SPDX-License-Identifier: MIT */
/*
 * request - one HTTP request, parsed and checked, with its caller; read-only for handlers.
 */
#ifndef FCGI_REQUEST_H
#define FCGI_REQUEST_H

#include "adapters/json/fields.h"
#include "base/err.h"
#include "domain/caller.h"
#include "domain/language.h"
#include "domain/precondition.h"
#include "domain/token.h"
#include "fcgi/router.h"

#include <stdbool.h>
#include <stdint.h>

#define REQUEST_BODY_MAX  (64 * 1024) /* bytes */
#define BODY_TYPES        "application/json, application/x-www-form-urlencoded"
#define IDEMPOTENCY_FIELD "idempotencyKey" /* instead of the header */
#define IF_MATCH_FIELD    "ifMatch"        /* of a form, instead of the header */

struct json_object;
struct response;

/* What a request showed of who sends it (credentials.h). */
struct credentials {
	struct caller caller; /* proven, unless nothing was shown */
	struct caller cookie; /* the holder of the booking's key that a cookie has; roles 0: none */
	char email[TOKEN_EMAIL_SIZE]; /* of the caller's account, verified; "": none */
	bool may_name; /* without any, a request is who it says it is (HOTEL_AUTH=off) */
};

struct request {
	enum method method;
	const struct route *route;
	uint64_t ids[ROUTE_IDS_MAX]; /* the path's {parameters}, in order */
	const char *path;            /* without query */

	struct credentials credentials;
	struct caller caller; /* by the credentials, in the roles that it acts in */
	struct origin origin; /* the caller again, with X-Request-Id and traceparent */

	/* Idempotency-Key, or else the field idempotencyKey; key "" if there is none. It is bound to
	 * caller, method and path; request_command() adds the fingerprint. */
	struct idempotency key;

	struct precondition condition; /* If-Match and If-None-Match */
	int64_t deadline_ms;           /* by monotonic_ms() */
	const char *currency;          /* of amounts with decimals */
	enum language language;        /* that the client wants; LANGUAGE_MAX: unknown */
	/* Of the client; "" if it sent none. An address is there always. */
	const char *cookies, *agent, *address, *referer;
	bool is_near;      /* the client has no limits by its address (HOTEL_NEAR) */
	bool is_tls;       /* the client came over TLS */
	bool prefers_html; /* a browser's form post: 303 where the route has a page */

	/* The page that nginx makes from the response (ssi.h); NULL: none. It only reads. */
	const char *page;

	/* Objects, for request_fields() and request_query(); empty if nothing was sent. */
	struct json_object *body, *query;
	struct json_object *known; /* a member for each query parameter that was asked for */
	bool body_is_form;
};

/*
 * Read the members of the body, or of the query, into the struct that the table describes.
 * ERR_INVALID: res->faults has every fault, including those found before; the struct may then be
 * filled in part. Handlers may add faults of their own to res->faults.
 */
MUST_CHECK enum err request_fields(const struct request *req, const struct field table[], void *to,
                                   struct response *res);
MUST_CHECK enum err request_query(const struct request *req, const struct field table[], void *to,
                                  struct response *res);

/*
 * request_fields() for a request with an effect. On OK it also gives the key that commits with the
 * effect: its fingerprint is of what `to` holds of the table's fields, so what else has a part in it
 * is read into `to` before. The key of a browser's form is key_of_form(): changed entries make it
 * another request.
 */
MUST_CHECK enum err request_command(const struct request *req, const struct field table[], void *to,
                                    struct idempotency *ret_key, struct response *res);

#endif
