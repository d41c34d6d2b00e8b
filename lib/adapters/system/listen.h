/*
 * listen - a socket to accept at, by an address as settings give it.
 */
#ifndef ADAPTERS_SYSTEM_LISTEN_H
#define ADAPTERS_SYSTEM_LISTEN_H

#include "base/err.h"

/*
 * Binds and listens at "unix:PATH" or "HOST:PORT" ("[::1]:8080" for IPv6), non-blocking and closed
 * on exec. A socket file nobody listens at is removed first; one that somebody does, and any
 * other file, is ERR_SYSTEM with EADDRINUSE. A unix socket is for the same user and group.
 * ERR_INVALID: not such an address, or a path over 107 bytes. ERR_SYSTEM: refused, errno says why.
 */
MUST_CHECK enum err listen_at(const char *address, int backlog, int *ret_fd);

/* Removes the socket file of a "unix:PATH"; nothing for other addresses. */
void listen_unlink(const char *address);

#endif
