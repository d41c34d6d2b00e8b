/*
 * fcgi_connection - one FastCGI request on one accepted connection, by libfcgi.
 *
 * libfcgi's own accept can neither be stopped nor given a timeout, so connections are accepted
 * elsewhere and handed in here. A connection carries one request and is closed after it: kept ones
 * would starve others while there are more of them than threads.
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
 * descriptor stays the caller's. ERR_CLOSED: the peer left, fell silent, or speaks no FastCGI.
 * ERR_SYSTEM. On OK fcgi_connection_send() or fcgi_connection_drop() has to follow.
 */
MUST_CHECK enum err fcgi_connection_open(struct fcgi_connection *connection, int fd);

/* NAME=value each, a NULL at the end; valid until the end of the request. */
char *const *fcgi_connection_params(const struct fcgi_connection *connection);

/*
 * Reads the body to its end, keeping body->max bytes of it; ret_too_large if it had more.
 * ERR_CLOSED: it is not as long as announced, so nothing may be done. ERR_MEMORY.
 */
MUST_CHECK enum err fcgi_connection_body(struct fcgi_connection *connection, struct buf *body,
                                         bool *ret_too_large);

/* Sends an answer and ends the request. ERR_CLOSED: the peer did not take all of it. */
MUST_CHECK enum err fcgi_connection_send(struct fcgi_connection *connection, const struct buf *head,
                                         const struct buf *body);

/* Ends the request without an answer. */
void fcgi_connection_drop(struct fcgi_connection *connection);

#endif
