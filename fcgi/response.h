/*
 * response - what a handler says; the chassis writes it to the wire when the handler has returned.
 *
 * A handler that returns OK answers 200 with its body, or 204 without one, unless it said
 * otherwise. One that returns anything else answers the problem of that outcome (problem.h), with
 * the detail, faults and extras it put here; a body is dropped then. Functions without a result
 * remember trouble (memory) and make it a 500 in the end.
 */
#ifndef FCGI_RESPONSE_H
#define FCGI_RESPONSE_H

#include "base/err.h"
#include "base/faults.h"
#include "fcgi/fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESPONSE_PATH_SIZE   512
#define RESPONSE_DETAIL_SIZE 512

struct json_object;
struct request;

struct response {
	int status; /* of an answer that is no problem: 200, 201, 202 or 204 */
	char location[RESPONSE_PATH_SIZE];
	uint64_t version;       /* ETag; 0: none */
	uint32_t retry_after_s; /* 0: the outcome's own, if it has one */
	uint64_t correlation;   /* the book's id, for the log; 0: none */
	bool replayed, hang;
	enum err broken;            /* what went wrong in functions without a result */
	struct json_object *body;   /* owned */
	struct json_object *extras; /* owned; members of a problem */
	struct faults faults;       /* for ERR_INVALID; may be handed to a use case */
	char detail[RESPONSE_DETAIL_SIZE];
};

/* 201 with Location: a path, as printf makes it. */
void response_created(struct response *res, const char *path, ...)
	__attribute__((format(printf, 2, 3)));

/* 202: not done yet; ask again in so many seconds (1 at least). */
void response_accepted(struct response *res, uint32_t retry_after_s);

/* 204: done, and there is nothing to say. */
void response_no_content(struct response *res);

/* The body; it becomes the response's. NULL is ERR_MEMORY, so a view can be given as it comes. */
MUST_CHECK enum err response_body(struct response *res, struct json_object *body);

/* The body's version: ETag, and on GET 304 if If-None-Match names it. */
void response_etag(struct response *res, uint64_t version);

/* Idempotent-Replayed: true. */
void response_replayed(struct response *res);

/* Overrules the Retry-After of 429 and 503. */
void response_retry_after(struct response *res, uint32_t seconds);

/* The book that this request is about, for the log. */
void response_correlation(struct response *res, uint64_t book_id);

/* For demonstrations: no answer is sent; the connection is held until the request's deadline or the
 * program's end and then closed. */
void response_hang(struct response *res);

/* What exactly was the matter, in a sentence for people; for problems. Cut at its maximum. */
void response_detail(struct response *res, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One more fault of the request: pointer "/startDate", code "date.past", a detail as printf makes
 * it. Return ERR_INVALID after it. */
#define response_fault(res, ...) faults_add(&(res)->faults, __VA_ARGS__)

/* All faults that a use case has found. */
void response_faults(struct response *res, const struct faults *faults);

#define response_has_faults(res) ((res)->faults.n > 0)

/* A member of the problem, such as "taken"; the value becomes the response's. */
void response_extra(struct response *res, const char *name, struct json_object *value);

/* A link of the problem: _links.<rel>.href. */
void response_extra_link(struct response *res, const char *rel, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* Everything given back. */
void response_done(struct response *res);

#endif
