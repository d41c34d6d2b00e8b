/* signals - what tells a process of the door to end, as something that poll() can wait for. */
#include "compose/socket-holder/signals.h"

#include "base/mem.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum err
signals_open(int *ret_fd)
{
	static const int heard[] = {SIGCHLD, SIGTERM, SIGINT, SIGQUIT};
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(heard); i++)
		sigaddset(&set, heard[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return ERR_SYSTEM_HERE();
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return ERR_SYSTEM_HERE();
	*ret_fd = fd;
	return OK;
}

bool
signals_tell_to_end(int fd)
{
	struct signalfd_siginfo signal;
	bool told = false;
	while (read(fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal))
		told = told || signal.ssi_signo != SIGCHLD;
	return told;
}
