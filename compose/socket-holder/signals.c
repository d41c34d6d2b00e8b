/* SPDX-License-Identifier: MIT */
/* signals - signals to quit and ended children as a descriptor for poll(). */
#include "compose/socket-holder/signals.h"

#include "base/mem.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum err
signals_open(int *ret_fd)
{
	static const int watched[] = {SIGCHLD, SIGTERM, SIGINT, SIGQUIT};
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
		sigaddset(&set, watched[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return ERR_SYSTEM_HERE();
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return ERR_SYSTEM_HERE();
	*ret_fd = fd;
	return OK;
}

bool
signals_want_quit(int fd)
{
	struct signalfd_siginfo signal;
	bool quit = false;
	while (read(fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal))
		quit = quit || signal.ssi_signo != SIGCHLD;
	return quit;
}
