/* SPDX-License-Identifier: MIT */
/*
 * listen - listening sockets, by the addresses in settings.
 */
#ifndef ADAPTERS_SYSTEM_LISTEN_H
#define ADAPTERS_SYSTEM_LISTEN_H

#include "base/err.h"

#include <stdbool.h>

/*
 * Binds and listens at "unix:PATH" or "HOST:PORT" ("[::1]:8080" for IPv6), non-blocking and closed
 * on exec. A stale socket file is removed first; a socket file in use, or a file of another kind,
 * is ERR_SYSTEM with EADDRINUSE. A unix socket is accessible to the same user and group.
 * ERR_INVALID: not such an address, or a path over 107 bytes. ERR_SYSTEM: refused, errno says why.
 */
MUST_CHECK enum err listen_at(const char *address, int backlog, int *ret_fd);

/*
 * Drains a socket of listen_at() before it is closed: new connections do not reach it any more, and
 * those in its queue can still be accepted; a plain close would reset them. Accept until the queue
 * stays empty, since handshakes may be under way. A client of a port is not refused but gets no
 * answer and tries elsewhere; the file of a unix socket is removed. ERR_SYSTEM: nothing was
 * changed, errno says why.
 */
MUST_CHECK enum err listen_leave(const char *address, int fd);

/* Whether a connection waits to be accepted. */
bool listen_is_waited_at(int fd);

/* Removes the socket file of a "unix:PATH"; nothing for other addresses. */
void listen_unlink(const char *address);

#endif
