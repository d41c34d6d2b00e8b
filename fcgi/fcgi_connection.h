/* SPDX-License-Identifier: MIT */
/*
 * fcgi_connection - one FastCGI request on one accepted connection, by libfcgi.
 *
 * libfcgi's own accept can neither be stopped nor given a timeout, and its reader ends the process on
 * lengths that it cannot allocate and overruns its stack on some management records. So the receiver
 * accepts and reads, and libfcgi reads the head of a request that was checked, from memory. A
 * connection carries one request and is then closed: with kept connections, more connections than
 * threads would starve each other.
 */
#ifndef FCGI_FCGI_CONNECTION_H
#define FCGI_FCGI_CONNECTION_H

#include "base/buf.h"
#include "base/err.h"
#include "fcgi/record_parser.h"

#include <fcgiapp.h>

/* What a thread serves its connections with, one after the other. */
struct fcgi_connection {
	FCGX_Request fcgx;
	struct buf head; /* of the present request, as libfcgi reads it */
	int memory_fd;   /* from which it reads that; -1: not open yet */
};

/* Once in a program, before there are threads. ERR_SYSTEM. */
MUST_CHECK enum err fcgi_connection_init(void);

void fcgi_connection_prepare(struct fcgi_connection *connection);
void fcgi_connection_done(struct fcgi_connection *connection);

/*
 * Begins the response to a complete request. The descriptor of the connection, which blocks and has
 * its timeout set, stays the caller's, and the request, too. ERR_MEMORY, ERR_SYSTEM; ERR_BUG:
 * libfcgi does not take what record_parser takes. After OK, fcgi_connection_send() or
 * fcgi_connection_drop() must follow.
 */
MUST_CHECK enum err fcgi_connection_open(struct fcgi_connection *connection, int fd,
                                         const struct record_parser *request);

/* NAME=value each, with a NULL at the end; valid until the end of the request. */
char *const *fcgi_connection_params(const struct fcgi_connection *connection);

/* Sends a response and ends the request. ERR_CLOSED: the peer did not read all of it. */
MUST_CHECK enum err fcgi_connection_send(struct fcgi_connection *connection, const struct buf *head,
                                         const struct buf *body);

/* Ends the request without a response. */
void fcgi_connection_drop(struct fcgi_connection *connection);

#endif
