/* SPDX-License-Identifier: MIT */
/*
 * daemon - what services and workers share: a program that runs until SIGTERM or SIGINT.
 *
 *	struct daemon daemon;
 *	int status;
 *	if (!daemon_start(&daemon, name, help, check, argc, argv, &status))
 *		return status;
 *	... open parts, start threads ...
 *	err = daemon_admin(&daemon, ready, metrics, arg);
 *	daemon_await(&daemon, stuck_threads_check, arg);
 *	... stop threads ...
 *	daemon_end(&daemon);
 */
#ifndef PROGRAM_DAEMON_H
#define PROGRAM_DAEMON_H

#include "adapters/system/admin.h"
#include "config/settings.h"
#include "program/options.h"

#include <signal.h>

#define THREAD_CHECK_MS 1000 /* between two looks at the threads */

struct daemon {
	struct settings settings;
	sigset_t end_signals; /* the signals that end it */
	struct admin *admin;
};

/*
 * Answers --help, --version and --check-config, or gets the process ready: settings, log, libsodium
 * and signals, which are blocked in this thread and in all that it starts. True: go on. False: end
 * with *ret_status (0 answered, 1 failed, 2 wrong usage or settings, all faults on stderr). check
 * may be NULL: what else has to be true of the settings; it says on stderr what is not.
 */
bool daemon_start(struct daemon *daemon, const char *name, const char *help,
                  enum err (*check)(const struct settings *settings), int argc, char **argv,
                  int *ret_status);

/* Opens the admin listener; it asks ready and metrics with arg. Last of all parts: it may be asked
 * about the others at once. Errors are those of admin_open(). */
MUST_CHECK enum err daemon_admin(struct daemon *daemon, enum err (*ready)(void *arg),
                                 void (*metrics)(void *arg, struct metrics *to), void *arg);

/* Waits up to ms for a signal to end. Which one came; 0: none. */
int daemon_await_signal(const struct daemon *daemon, int64_t ms);

/* Waits for a signal to end and calls check every THREAD_CHECK_MS. Which signal came. */
int daemon_await(const struct daemon *daemon, void (*check)(void *arg), void *arg);

/* Closes the admin listener, if it is open. Call it before the parts are closed that it reports. */
void daemon_end(struct daemon *daemon);

#endif
