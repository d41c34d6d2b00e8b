/* SPDX-License-Identifier: MIT */
/*
 * connection_serve - serves one connection: reads its request, handles it, sends the response,
 * counts and logs it.
 */
#ifndef FCGI_CONNECTION_SERVE_H
#define FCGI_CONNECTION_SERVE_H

#include "fcgi/request_handle.h"
#include "fcgi/stats.h"
#include "fcgi/thread_phase.h"

/* What one thread serves its connections with, one after another. */
struct connection_server {
	const struct program *program;
	struct stats *stats;
	struct thread_phase phase;
	struct buf body;
	struct http_response http;
};

/* program and stats stay the caller's. */
void connection_server_init(struct connection_server *server, const struct program *program,
                            struct stats *stats);
void connection_server_done(struct connection_server *server);

/* Serves an accepted connection and closes it. Failures are logged. */
void connection_serve(struct connection_server *server, int fd);

#endif
