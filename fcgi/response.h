/* SPDX-License-Identifier: MIT */
/*
 * response - what a handler answers; http_response_write() sends it when the handler has returned.
 *
 * A handler that returns OK answers 200 with its body, or 204 without one, unless it set another
 * status. A handler that returns anything else answers the problem of that outcome (problem.h),
 * with the detail, faults and extras it put here; its body is dropped. Functions without a result
 * keep their errors in broken, which makes the response a 500.
 */
#ifndef FCGI_RESPONSE_H
#define FCGI_RESPONSE_H

#include "base/err.h"
#include "base/faults.h"
#include "fcgi/return_path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESPONSE_PATH_SIZE   2048 /* of a page with a return path, percent-encoded once more */
#define RESPONSE_DETAIL_SIZE 512
#define RESPONSE_COOKIE_SIZE 256
#define RESPONSE_COOKIES_MAX 2

struct json_object;
struct request;

struct response {
	int status; /* of a success: 200, 201, 202, 204 or 303; 0: by the body */
	char location[RESPONSE_PATH_SIZE];
	char return_path[RETURN_PATH_SIZE]; /* where a form leads that signed in; "": to its page */
	/* Clear-Site-Data "storage": what pages have kept in the browser goes with who was signed in.
	 * Cookies stay: the language, and the keys of bookings that were made without an account. */
	bool clears_storage;
	uint64_t version; /* ETag; 0: none */
	bool weak;        /* the ETag is weak: the body has parts that it does not tell apart */
	uint32_t retry_after_s; /* 0: the outcome's own, if it has one */
	uint64_t correlation;   /* the booking's id, for the log; 0: none */
	bool replayed;
	char cookies[RESPONSE_COOKIES_MAX][RESPONSE_COOKIE_SIZE]; /* Set-Cookie each */
	size_t n_cookies;
	char *redirect;             /* owned; the Location of a 303; NULL: none */
	char *access_token;         /* owned; X-Access-Token, for nginx; NULL: none */
	uint64_t account_id;        /* X-Account-Id, of that token */
	enum err broken;            /* the error of a function without a result */
	struct json_object *body;   /* owned */
	struct json_object *extras; /* owned; members of a problem */
	struct faults faults;       /* for ERR_INVALID; use cases add to it, too */
	char detail[RESPONSE_DETAIL_SIZE];
};

/* 201 with Location, a path given as a printf format. */
void response_created(struct response *res, const char *path, ...)
	__attribute__((format(printf, 2, 3)));

/* The Location alone, as response_created() takes it. */
void response_location(struct response *res, const char *path, ...)
	__attribute__((format(printf, 2, 3)));

/* 202: not done yet; the client may ask again after so many seconds (at least 1). */
void response_accepted(struct response *res, uint32_t retry_after_s);

/* 303 See Other: the browser goes on at a URL, of this site or another. */
void response_see_other(struct response *res, const char *url);

/* 204: done, without a body. */
void response_no_content(struct response *res);

/* Takes the body. NULL is ERR_MEMORY, so that a view can be passed unchecked. */
MUST_CHECK enum err response_body(struct response *res, struct json_object *body);

/* The body's version: ETag, which the conditions of a GET are compared with. */
void response_etag(struct response *res, uint64_t version);

/* The same as a weak ETag, for a body that has more than what the version tells apart. */
void response_etag_weak(struct response *res, uint64_t version);

/* Idempotent-Replayed: true. */
void response_replayed(struct response *res);

/* Replaces the default Retry-After of 429 and 503. */
void response_retry_after(struct response *res, uint32_t seconds);

/* A cookie that scripts cannot read and that other sites' pages do not send along, except when they lead to
 * a page of ours; it ends after so many seconds, at once with 0. is_tls: it is sent over TLS only. At most
 * RESPONSE_COOKIES_MAX. */
void response_cookie(struct response *res, const char *name, const char *value, uint32_t max_age_s,
                     bool is_tls);

/* X-Access-Token and X-Account-Id, by which nginx gets the token of a session, and whose it is. */
void response_access_token(struct response *res, const char *token, uint64_t account_id);

/* The booking that this request is about, for the log. */
void response_correlation(struct response *res, uint64_t book_id);

/* The detail of a problem: a sentence for people that names the fault and the cure. Longer texts
 * are truncated. */
void response_detail(struct response *res, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds a fault of the request: pointer "/startDate", code "date.past", a printf format for
 * the detail. The handler then returns ERR_INVALID. */
#define response_fault(res, ...) faults_add(&(res)->faults, __VA_ARGS__)

/* Adds a member to the problem, such as "taken"; takes the value. */
void response_extra(struct response *res, const char *name, struct json_object *value);

/* Adds a link to the problem: _links.<rel>.href. */
void response_extra_link(struct response *res, const char *rel, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* Frees body, extras, token and redirect. */
void response_done(struct response *res);

#endif
