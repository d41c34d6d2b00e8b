/*
 * signals - what tells a process of the door to end, as something that poll() can wait for.
 */
#ifndef COMPOSE_SOCKET_HOLDER_SIGNALS_H
#define COMPOSE_SOCKET_HOLDER_SIGNALS_H

#include "base/err.h"

#include <stdbool.h>

/* Blocks SIGTERM, SIGINT, SIGQUIT and SIGCHLD, and opens a descriptor that is readable when one
 * came; non-blocking, closed on exec. Before there are threads. ERR_SYSTEM, errno says why. */
MUST_CHECK enum err signals_open(int *ret_fd);

/* Takes all that have come. Whether one of them was more than the end of a child. */
bool signals_tell_to_end(int fd);

#endif
