/* SPDX-License-Identifier: MIT */
/*
 * request_sent - a service with one handler, and requests to it as nginx sends them, for the tests of request_handle.
 */
#ifndef TESTS_UNIT_REQUEST_SENT_H
#define TESTS_UNIT_REQUEST_SENT_H

#include "tests/unit/test.h"

#include "fcgi/request.h"
#include "fcgi/request_handle.h"

/* The last request of the handler, and the outcome it returns. */
extern struct handler {
	int calls;
	struct request req;
	enum err outcome;
} handler;

extern struct idempotency form_key; /* that the handler of /forms would have stored */
extern struct settings settings;
extern struct http_response http; /* to the last request */

/* A parameter of the next request. */
void param(const char *name, const char *value);

/* Sends the request whose parameters param() has collected, and clears them. */
int send_it(const char *method, const char *uri, const char *body);
int send_json(const char *method, const char *uri, const char *body);
int send_page_form(const char *uri, const char *body);

/* Whether the header has exactly this line. */
bool has_line(const char *line);

/* The body of the response; "" if there is none. */
const char *body(void);

/* The tests of who calls, of keys, of pages and of collections; returns how many failed. */
int request_caller_tests(void);

#endif
