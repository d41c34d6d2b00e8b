/* SPDX-License-Identifier: MIT */
/*
 * listener - the process that keeps the listening sockets open while servers are replaced.
 *
 * The sockets are open while a client is attached, and LISTENER_WAIT_MS longer: connections that
 * arrive between two servers queue in the kernel instead of being refused. After that the sockets
 * close, so that clients fail fast while no server runs, until the next client attaches.
 */
#ifndef COMPOSE_SOCKET_HOLDER_LISTENER_H
#define COMPOSE_SOCKET_HOLDER_LISTENER_H

#include "base/err.h"

#include <stddef.h>

#define LISTENER_WAIT_MS    5000 /* how long the sockets stay open without an attached client */
#define LISTENER_BACKLOG    1024 /* connections that queue at each; the kernel drops further ones */
#define LISTENER_CLIENTS    32   /* connected at once; further ones are refused */
#define LISTENER_REQUEST_MS 1000 /* how long a client may take to send its request */

/* A socket that is kept open: its name and its address, HOST:PORT. */
struct listener {
	const char *name, *address;
	int fd; /* -1: closed */
};

/*
 * Serves clients at a unix socket at this path, which the user and the group may access, until
 * SIGTERM, SIGINT or SIGQUIT. At most HANDOVER_SOCKETS_MAX listeners. Logs. ERR_INVALID: not an
 * address; ERR_SYSTEM: errno says why.
 */
MUST_CHECK enum err listeners_serve(const char *path, struct listener listeners[], size_t n);

#endif
