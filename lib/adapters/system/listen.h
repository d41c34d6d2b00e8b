/*
 * listen - a socket to accept at, by an address as settings give it.
 */
#ifndef ADAPTERS_SYSTEM_LISTEN_H
#define ADAPTERS_SYSTEM_LISTEN_H

#include "base/err.h"

#include <stdbool.h>

/*
 * Binds and listens at "unix:PATH" or "HOST:PORT" ("[::1]:8080" for IPv6), non-blocking and closed
 * on exec. A socket file nobody listens at is removed first; one that somebody does, and any
 * other file, is ERR_SYSTEM with EADDRINUSE. A unix socket is for the same user and group.
 * ERR_INVALID: not such an address, or a path over 107 bytes. ERR_SYSTEM: refused, errno says why.
 */
MUST_CHECK enum err listen_at(const char *address, int backlog, int *ret_fd);

/*
 * Has whoever comes from now on find nobody here, for a socket of listen_at() that will be closed,
 * while those who came before can still be accepted. A plain close would break their connections
 * off. Nobody may be half way through: accept until the queue stays empty. A port's clients are not
 * refused but get no answer, and try elsewhere; at a unix socket they find no file. ERR_SYSTEM:
 * nothing was changed, errno says why.
 */
MUST_CHECK enum err listen_leave(const char *address, int fd);

/* Whether somebody waits to be accepted. */
bool listen_is_waited_at(int fd);

/* Removes the socket file of a "unix:PATH"; nothing for other addresses. */
void listen_unlink(const char *address);

#endif
