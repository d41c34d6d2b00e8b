/* SPDX-License-Identifier: MIT */
/*
 * signals - signals to quit and ended children as a descriptor for poll().
 */
#ifndef COMPOSE_SOCKET_HOLDER_SIGNALS_H
#define COMPOSE_SOCKET_HOLDER_SIGNALS_H

#include "base/err.h"

#include <stdbool.h>

/* Blocks SIGTERM, SIGINT, SIGQUIT and SIGCHLD, and opens a descriptor that becomes readable when
 * one of them arrives; non-blocking, closed on exec. Call it before starting threads. ERR_SYSTEM:
 * errno says why. */
MUST_CHECK enum err signals_open(int *ret_fd);

/* Consumes all pending signals. True if one of them was a signal to quit, not only SIGCHLD. */
bool signals_want_quit(int fd);

#endif
