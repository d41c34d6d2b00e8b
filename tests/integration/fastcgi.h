/* SPDX-License-Identifier: MIT */
/*
 * fastcgi - the web server's side of FastCGI 1.0, record by record, so that a test can also break
 * the protocol.
 */
#ifndef TESTS_INTEGRATION_FASTCGI_H
#define TESTS_INTEGRATION_FASTCGI_H

#include <stdbool.h>
#include <stddef.h>

/* A response, split; body follows the header's empty line. */
struct fastcgi_answer {
	bool ended; /* END_REQUEST came; else the connection was closed before */
	char *text; /* header and body, a NUL after them */
	size_t len;
	const char *body;
	int status; /* of the Status header; 0: there was none */
};

/* A connection to the unix socket, or -1. It reads with a timeout of a minute. */
int fastcgi_connect(const char *path);

/* Starts a request and sends its parameters: name, value, ..., NULL. */
void fastcgi_begin(int fd, const char *const params[]);

/* Sends a part of the body; n 0 is its end. */
void fastcgi_stdin(int fd, const char *bytes, size_t n);

/* Reads until the request's end or the connection's, and closes it. Free with fastcgi_free(). */
struct fastcgi_answer fastcgi_receive(int fd);
void fastcgi_free(struct fastcgi_answer *answer);

/* Sends a whole request with a JSON body ("": none). Its connection, or -1. */
int fastcgi_send(const char *path, const char *method, const char *uri, const char *body);

/* fastcgi_send() and fastcgi_receive(). */
struct fastcgi_answer fastcgi_request(const char *path, const char *method, const char *uri,
                                      const char *body);

/* Whether the header has this line. */
bool fastcgi_has_line(const struct fastcgi_answer *answer, const char *line);

#endif
