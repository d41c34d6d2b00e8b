/* SPDX-License-Identifier: MIT */
/*
 * admin - the listener for the operator: /livez, /readyz and /metrics, never public.
 *
 * Each connection has its own thread. Used by services and workers.
 */
#ifndef ADAPTERS_SYSTEM_ADMIN_H
#define ADAPTERS_SYSTEM_ADMIN_H

#include "app/metrics.h"
#include "base/err.h"

struct admin;

/* The program's answers. ready is called by one thread, metrics by several at once. */
struct admin_hooks {
	/* Not copied: the program's version, and a folder whose disk space is reported. */
	const char *version, *folder;
	/* OK: 200; an error, or no return within two seconds: 503 with the error's name. NULL:
	 * always OK. */
	enum err (*ready)(void *arg);
	/* Adds the program's metrics to those that every process has. NULL: none. */
	void (*metrics)(void *arg, struct metrics *to);
	void *arg;
};

/*
 * Listens at "unix:PATH" or "HOST:PORT"; "": nowhere, *ret_admin is NULL. A stale socket file is
 * removed. The hooks are copied. ERR_INVALID: not such an address, or the path is too long,
 * ERR_SYSTEM: cannot listen there (errno is set), ERR_MEMORY.
 */
MUST_CHECK enum err admin_open(const char *address, const struct admin_hooks *hooks,
                               struct admin **ret_admin);

/* Stops listening and removes the socket file. NULL is fine. */
void admin_close(struct admin *admin);

#endif
