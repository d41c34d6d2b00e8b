/* SPDX-License-Identifier: MIT */
/*
 * router - finds the handler of a request in a table of routes.
 *
 *	static const struct route routes[] = {
 *		{GET,  "/books",             book_list,   .caller = CALLER_GUEST_OR_HOST},
 *		{POST, "/books",             book_create, .caller = CALLER_GUEST, .page = "/booking.html"},
 *		{GET,  "/books/{id}",        book_read,   .caller = CALLER_GUEST_OR_HOST},
 *		{POST, "/books/{id}/cancel", book_delete, .caller = CALLER_GUEST_OR_HOST, .page = "/booking.html"},
 *		{GET,  "/books/snapshot",    book_snapshot, .caller = CALLER_NONE, .internal = true},
 *	};
 *
 * A literal segment has precedence over a {parameter} in the same place ("/notifications/settings"
 * over "/notifications/{id}"), whatever their order in the table. HEAD finds the route of GET.
 * OPTIONS is answered from the table.
 */
#ifndef FCGI_ROUTER_H
#define FCGI_ROUTER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUTE_IDS_MAX 2 /* {parameters} in one pattern */

struct app;
struct request;
struct response;

enum method { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, METHOD_MAX };

/* The field in body or query that names the caller. */
enum caller_as {
	CALLER_GUEST_OR_HOST, /* guestId, or with role=host hostId */
	CALLER_GUEST,         /* guestId, even with role=host: a caller books as a guest */
	CALLER_HOST,          /* hostId */
	CALLER_RECIPIENT,     /* recipientId */
	CALLER_ACCOUNT,       /* who is signed in: the handler refuses nobody */
	CALLER_NONE,          /* anonymous: id 0; credentials do not matter */
};

/*
 * Handles a request: OK with the response in res, or an error that problem.c turns into a problem.
 * app is the program's composition.
 */
typedef enum err handler_fn(const struct app *app, const struct request *req, struct response *res);

struct route {
	enum method method;
	const char *pattern; /* "/books/{id}": each {parameter} is a number, req->ids[] in order */
	handler_fn *handler;
	const char *
		page; /* where a browser's form post is redirected to by 303; NULL: nowhere. A query
	                   * of its own stands for what the page is told of a success */
	const char
		*page_once; /* the page that shows a form's success at once: nobody could ask for it
	                        * again */
	const char *page_failed; /* the same for one that failed; NULL: to page */
	enum caller_as caller;   /* every row names it */
	bool internal;           /* exists on the internal listener only and is for services */
	bool anyone; /* nobody in particular may do this as well: book without an account. With internal:
	               * no service's token is needed */
	bool open;    /* its answers are for everybody, and may be stored */
	bool guarded; /* the handler decides If-Match and If-None-Match itself, under a lock */
	/* The handler begins with request_fields() or the like, which return faults of the caller
	 * and the key as well. It is therefore called despite such faults, so that the response
	 * lists all faults at once. */
	bool fields;
};

/* The result of route_find(). */
struct route_match {
	const struct route *route; /* on ERR_METHOD and for OPTIONS: any route of the path */
	uint64_t ids[ROUTE_IDS_MAX];
	unsigned allowed; /* bits 1 << enum method of all methods of the path */
};

/* The method of a name in a request line. ERR_METHOD: a method that no route can have. */
MUST_CHECK enum err method_parse(const char *name, enum method *ret_method);

/* "GET" ... Never NULL. */
const char *method_name(enum method method);

/*
 * Finds the route of a method and a path (percent-decoded, without query). ERR_NOT_FOUND: no such
 * path, or a parameter is not a number; ERR_METHOD: the path has other methods (ret_match is filled
 * then too, see allowed). Internal routes are found only with internal.
 */
MUST_CHECK enum err route_find(const struct route routes[], size_t n, bool internal,
                               enum method method, const char *path, struct route_match *ret_match);

/* Writes "GET, HEAD, OPTIONS" for a set of methods and returns text. */
#define ALLOW_TEXT 64
const char *allow_format(unsigned allowed, char text[ALLOW_TEXT]);

#endif
