/* SPDX-License-Identifier: MIT */
/*
 * connection - one client's connection to nginx, with the request that is in flight.
 */
#ifndef TOOLS_BENCH_CONNECTION_H
#define TOOLS_BENCH_CONNECTION_H

#include "base/buf.h"
#include "tools/bench/response.h"

struct connection {
	int fd;
	bool busy;       /* a request is in flight */
	int64_t due_us;  /* when it was due; its latency counts from here */
	int64_t sent_us; /* when it was sent */
	struct buf request;
	struct response response;
};

/* Makes it ready to be opened. */
void connection_init(struct connection *connection, size_t request_max);

/* Opens it, and closes what it had. ERR_UNAVAILABLE: nobody listens; ERR_SYSTEM. */
MUST_CHECK enum err connection_open(struct connection *connection, uint16_t port);

/* Sends its request, and makes it busy. ERR_CLOSED: the server has closed it, or takes no more. */
MUST_CHECK enum err connection_send(struct connection *connection, int64_t due_us, int64_t now_us);

/* Closes it and frees its memory. */
void connection_done(struct connection *connection);

#endif
