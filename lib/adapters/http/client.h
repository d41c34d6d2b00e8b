/* SPDX-License-Identifier: MIT */
/*
 * client - calls of other contexts by HTTP: persistent connections, one deadline for each call.
 *
 * No redirects, proxies or cookies; bodies of up to HTTP_RESPONSE_MAX bytes and headers of up to
 * HTTP_HEADERS_MAX. The outcome tells the caller whether a call without a response may have had an effect.
 */
#ifndef ADAPTERS_HTTP_CLIENT_H
#define ADAPTERS_HTTP_CLIENT_H

#include "app/token.h"
#include "base/buf.h"
#include "domain/caller.h"

struct json_object;

#define HTTP_RESPONSE_MAX (1024 * 1024) /* bytes */
#define HTTP_HEADERS_MAX  (64 * 1024)   /* bytes, with those of interim responses */

struct http_client; /* thread-safe */

struct http_call {
	const char *method;          /* "GET", "POST" */
	const char *path;            /* "/payments" */
	struct json_object *body;    /* owned by the caller; NULL: none */
	const char *form;            /* a form as the body instead; NULL: none */
	const char *authorization;   /* of a call as nobody; NULL: none */
	size_t response_max;         /* bytes of the body; 0: HTTP_RESPONSE_MAX */
	const struct origin *origin; /* sent as X-Request-Id and traceparent */
	uint32_t timeout_ms;         /* of the whole call */
	const char *called;          /* the context that is called as a service; NULL: as nobody */
	const char *access_token;    /* the account that calls instead; NULL: none does */
};

/* Initialises libcurl: once, before there are threads. ERR_SYSTEM. */
MUST_CHECK enum err http_start(void);

/* The peer of a client. The texts are copied. */
struct http_options {
	const char *url;    /* "http://host:port"; "": paths are whole URLs */
	const char *socket; /* path of a Unix socket to connect to; "": connect to the url */
	const char *token;  /* the secret that services shared before they had tokens; "": none */
	const struct token_issuer
		*issuer;     /* of this context's tokens; NULL: none. Outlives the client. */
	const char *service; /* this context; NULL without an issuer */
};

/* Connects on demand and keeps connections. ERR_MEMORY; ERR_TOO_LARGE: a text is too long. */
MUST_CHECK enum err http_client_open(const struct http_options *options,
                                     struct http_client **ret_client);

/* No call may be running. NULL is fine. */
void http_client_close(struct http_client *client);

/*
 * Makes one call. OK: a response with any status arrived; ret_json is its body (the caller has to
 * put it) or NULL if it is not JSON. ERR_NOT_SENT: no connection, or no key to sign a token
 * with, so the call had no effect.
 * ERR_UNKNOWN: no complete response; it may have had its effect. ERR_MEMORY: it had none.
 */
MUST_CHECK enum err http_call(struct http_client *client, const struct http_call *call,
                              long *ret_status, struct json_object **ret_json);

/* Whether an answer is a problem document (RFC 9457) of its own status, as services give errors; of
 * this type ("/problems/not-found"), unless it is NULL. */
bool http_is_problem(long status, const struct json_object *answer, const char *type);

#endif
