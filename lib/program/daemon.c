/* SPDX-License-Identifier: MIT */
/* daemon - what services and workers share. */
#include "program/daemon.h"

#include "base/clock.h"
#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A signal that hits a thread in a read() breaks the read, so all are blocked and the main thread
 * waits for those that end the program. SIGPIPE is among them: a broken connection is an errno. */
static void
signals_block(sigset_t *ret_signals)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	sigset_t all;
	sigfillset(&all);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		sigdelset(&all, faults[i]);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	sigemptyset(ret_signals);
	sigaddset(ret_signals, SIGTERM);
	sigaddset(ret_signals, SIGINT);
}

bool
daemon_start(struct daemon *daemon, const char *name, const char *help,
             enum err (*check)(const struct settings *settings), int argc, char **argv,
             int *ret_status)
{
	const bool only_check = argc == 2 && strcmp(argv[1], "--check-config") == 0;
	if (options_answered(name, help, argc, argv, ret_status))
		return false;
	*ret_status = EXIT_USAGE;
	if (argc > 1 && !only_check) {
		options_refuse(name, help, argc, argv);
		return false;
	}
	if (options_settings(name, &daemon->settings) != OK ||
	    (check && check(&daemon->settings) != OK))
		return false;
	if (only_check) {
		*ret_status = options_print_settings(&daemon->settings);
		return false;
	}
	*ret_status = EXIT_FAILURE;
	enum err err = timezone_use(daemon->settings.timezone);
	if (err == OK && sodium_init() < 0)
		err = ERR_SYSTEM_HERE();
	if (err != OK) {
		LOG(LOG_ERROR, "failed", LOG_TEXT("error", err_name(err)));
		return false;
	}
	signals_block(&daemon->end_signals);
	return true;
}

enum err
daemon_admin(struct daemon *daemon, enum err (*ready)(void *arg),
             void (*metrics)(void *arg, struct metrics *to), void *arg)
{
	const struct admin_hooks hooks = {.version = program_version,
	                                  .folder = daemon->settings.run_dir,
	                                  .ready = ready,
	                                  .metrics = metrics,
	                                  .arg = arg};
	return admin_open(daemon->settings.admin_socket, &hooks, &daemon->admin);
}

int
daemon_await_signal(const struct daemon *daemon, int64_t ms)
{
	const struct timespec limit = timespec_of_ms(ms);
	int which = sigtimedwait(&daemon->end_signals, NULL, &limit);
	return which > 0 ? which : 0;
}

int
daemon_await(const struct daemon *daemon, void (*check)(void *arg), void *arg)
{
	int which;
	while (!(which = daemon_await_signal(daemon, THREAD_CHECK_MS)))
		check(arg);
	return which;
}

void
daemon_end(struct daemon *daemon)
{
	admin_close(daemon->admin);
	daemon->admin = NULL;
}
