/*
 * admin - the listener for the operator: /livez, /readyz and /metrics, never public.
 *
 * Each connection has a thread of its own while it is there. Used by services and workers alike.
 */
#ifndef ADAPTERS_SYSTEM_ADMIN_H
#define ADAPTERS_SYSTEM_ADMIN_H

#include "app/metrics.h"
#include "base/err.h"

struct admin;

/* What is asked of the program; ready by one thread, metrics by any number at once. */
struct admin_hooks {
	/* Not copied: the program's version, and a folder whose disk is told of. */
	const char *version, *folder;
	/* OK: 200; anything else, or no answer for two seconds: 503 with its name. NULL: always OK.
	 */
	enum err (*ready)(void *arg);
	/* Tells the program's figures; those every process has are told already. NULL: none. */
	void (*metrics)(void *arg, struct metrics *to);
	void *arg;
};

/*
 * Listens at "unix:PATH" or "HOST:PORT"; "": nowhere, *ret_admin is NULL. A stale socket file is
 * removed. The hooks are copied. ERR_INVALID: not such an address (or the path is too long),
 * ERR_SYSTEM: cannot listen there (errno is set), ERR_MEMORY.
 */
MUST_CHECK enum err admin_open(const char *address, const struct admin_hooks *hooks,
                               struct admin **ret_admin);

/* Stops listening and removes the socket file. NULL is fine. */
void admin_close(struct admin *admin);

#endif
