/* SPDX-License-Identifier: MIT */
/*
 * connection_serve - serves one connection whose request has arrived: handles it, sends the
 * response, counts and logs it.
 */
#ifndef FCGI_CONNECTION_SERVE_H
#define FCGI_CONNECTION_SERVE_H

#include "fcgi/fcgi_connection.h"
#include "fcgi/receiver.h"
#include "fcgi/refusals.h"
#include "fcgi/request_handle.h"
#include "fcgi/stats.h"
#include "fcgi/thread_phase.h"

/* What one thread serves its connections with, one after another. */
struct connection_server {
	const struct program *program;
	struct stats *stats;
	struct refusals *refusals;
	struct thread_phase phase;
	struct fcgi_connection fcgi;
	struct http_response http;
};

/* program, stats and refusals stay the caller's. */
void connection_server_init(struct connection_server *server, const struct program *program,
                            struct stats *stats, struct refusals *refusals);
void connection_server_done(struct connection_server *server);

/* Serves a connection of receiver_next() and frees it. Failures are logged. */
void connection_serve(struct connection_server *server, struct connection *connection);

#endif
