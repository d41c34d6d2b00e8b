/* SPDX-License-Identifier: MIT */
#include "program/stop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum err
stop_open(struct stop *stop)
{
	stop->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return stop->fd < 0 ? ERR_SYSTEM_HERE() : OK;
}

void
stop_close(struct stop *stop)
{
	if (stop->fd >= 0)
		close(stop->fd);
}

void
stop_ask(const struct stop *stop)
{
	uint64_t one = 1;
	/* It fails only after 2^64 calls, and the descriptor is readable then. */
	if (write(stop->fd, &one, sizeof(one)) < 0)
		return;
}

bool
stop_wait(const struct stop *stop, uint32_t ms)
{
	struct pollfd fd = {.fd = stop->fd, .events = POLLIN};
	return poll(&fd, 1, (int)ms) > 0;
}
