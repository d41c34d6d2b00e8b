/*
 * client - HTTP to the other contexts: kept connections, one deadline, nothing assumed.
 *
 * No redirects, no proxies, no cookies, answers up to HTTP_ANSWER_MAX bytes. What matters most to
 * the callers: whether a call that brought no answer may have had an effect.
 */
#ifndef ADAPTERS_HTTP_CLIENT_H
#define ADAPTERS_HTTP_CLIENT_H

#include "base/buf.h"
#include "domain/caller.h"

struct json_object;

#define HTTP_ANSWER_MAX (1024 * 1024) /* bytes */

struct http_client; /* thread-safe */

struct http_call {
	const char *method;          /* "GET", "POST" */
	const char *path;            /* "/payments" */
	struct json_object *body;    /* the caller's; NULL: none */
	const struct origin *origin; /* X-Request-Id and traceparent go along */
	uint32_t timeout_ms;         /* for the whole call */
	bool as_service;             /* shows the service token */
};

/* To be called once, before there are threads. ERR_SYSTEM. */
MUST_CHECK enum err http_start(void);

/* Where the calls go. The texts are copied. */
struct http_options {
	const char *url;    /* "http://host:port" */
	const char *socket; /* the path of a unix socket to connect to instead; "": by the url */
	const char *token;  /* the service token */
};

/* Connections are made as needed and kept. ERR_MEMORY. */
MUST_CHECK enum err http_client_open(const struct http_options *options,
                                     struct http_client **ret_client);

/* Nobody may be in a call. NULL is fine. */
void http_client_close(struct http_client *client);

/*
 * Makes one call. OK: an answer came, whatever its status; ret_json is its body (the caller's, to
 * be put) or NULL if it is not JSON. ERR_NOT_SENT: nobody could be connected to, so nothing
 * happened. ERR_UNKNOWN: no whole answer came; it may have happened. ERR_MEMORY: nothing happened.
 */
MUST_CHECK enum err http_call(struct http_client *client, const struct http_call *call,
                              long *ret_status, struct json_object **ret_json);

#endif
