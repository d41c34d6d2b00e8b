/* SPDX-License-Identifier: MIT */
/*
 * fcgi_connection - one FastCGI request on one accepted connection, by libfcgi.
 *
 * libfcgi's own accept can neither be stopped nor given a timeout, so the acceptor accepts the
 * connections. A connection carries one request and is then closed: with kept connections, more
 * connections than threads would starve each other.
 */
#ifndef FCGI_FCGI_CONNECTION_H
#define FCGI_FCGI_CONNECTION_H

#include "base/buf.h"
#include "base/err.h"

#include <fcgiapp.h>
#include <stdbool.h>
#include <stdint.h>

struct fcgi_connection {
	FCGX_Request fcgx;
};

/* Once in a program, before there are threads. ERR_SYSTEM. */
MUST_CHECK enum err fcgi_connection_init(void);

/*
 * Reads the parameters of a request from a connection that blocks and has its timeouts set. The
 * descriptor stays the caller's. ERR_CLOSED: the peer left, timed out, or does not speak FastCGI.
 * ERR_SYSTEM. After OK, fcgi_connection_send() or fcgi_connection_drop() must follow.
 */
MUST_CHECK enum err fcgi_connection_open(struct fcgi_connection *connection, int fd);

/* NAME=value each, with a NULL at the end; valid until the end of the request. */
char *const *fcgi_connection_params(const struct fcgi_connection *connection);

/*
 * Reads the body to its end, keeping body->max bytes of it; ret_too_large if it is longer.
 * ERR_CLOSED: it is shorter than Content-Length, so the request must not be handled. ERR_MEMORY.
 */
MUST_CHECK enum err fcgi_connection_body(struct fcgi_connection *connection, struct buf *body,
                                         bool *ret_too_large);

/* Sends a response and ends the request. ERR_CLOSED: the peer did not read all of it. */
MUST_CHECK enum err fcgi_connection_send(struct fcgi_connection *connection, const struct buf *head,
                                         const struct buf *body);

/* Ends the request without a response. */
void fcgi_connection_drop(struct fcgi_connection *connection);

#endif
