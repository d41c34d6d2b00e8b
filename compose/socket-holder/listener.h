/*
 * listener - the process that holds the sockets people come to, whoever serves at them meanwhile.
 *
 * The sockets are open while somebody is inside, and HOLD_WAIT_MS longer: who comes while one
 * server goes and the next is not there yet waits in the kernel's queue instead of being refused.
 * After that they are closed, as nobody shall wait for what is down, until somebody enters again.
 */
#ifndef COMPOSE_SOCKET_HOLDER_LISTENER_H
#define COMPOSE_SOCKET_HOLDER_LISTENER_H

#include "base/err.h"

#include <stddef.h>

#define HOLD_WAIT_MS   5000 /* that the sockets stay open with nobody inside */
#define HOLD_BACKLOG   1024 /* clients that wait at each; the next ones' packets get lost */
#define HOLD_VISITORS  32   /* at once; the next ones are turned away */
#define HOLD_SILENT_MS 1000 /* that a visitor may take to say what it wants */

/* A socket that is held: its name, and where it listens, HOST:PORT. */
struct entrance {
	const char *name, *address;
	int fd; /* -1: closed */
};

/*
 * Serves visitors at a unix socket of this path, which the user and the group may reach, until
 * SIGTERM, SIGINT or SIGQUIT. At most HANDOVER_SOCKETS_MAX entrances. Logs. ERR_INVALID: an address
 * is none; ERR_SYSTEM: the system refused, errno says why.
 */
MUST_CHECK enum err door_hold(const char *path, struct entrance entrances[], size_t n);

#endif
