/* SPDX-License-Identifier: MIT */
#include "fcgi/thread_phase.h"

#include "base/clock.h"
#include "base/day.h"
#include "base/log.h"

#include <stdbool.h>
#include <sys/socket.h>

void
thread_phase_init(struct thread_phase *at)
{
	*at = (struct thread_phase){.fd = -1};
	pthread_mutex_init(&at->lock, NULL);
}

void
thread_phase_done(struct thread_phase *at)
{
	pthread_mutex_destroy(&at->lock);
}

void
thread_phase_enter(struct thread_phase *at, enum phase phase, int fd)
{
	pthread_mutex_lock(&at->lock);
	at->phase = phase;
	at->fd = fd;
	at->since_ms = monotonic_ms();
	pthread_mutex_unlock(&at->lock);
}

enum err
thread_phase_check(struct thread_phase *at, int64_t now_ms, int64_t limit_ms)
{
	pthread_mutex_lock(&at->lock);
	int64_t ms = now_ms - at->since_ms;
	if (at->phase == PHASE_SENDING && ms > limit_ms)
		shutdown(at->fd, SHUT_RDWR);
	bool stuck = at->phase == PHASE_WORKING && ms > 2 * limit_ms;
	pthread_mutex_unlock(&at->lock);
	if (stuck)
		LOG(LOG_ERROR, "thread-stuck", LOG_NUMBER("ms", ms),
		    LOG_NUMBER("limit_ms", 2 * limit_ms));
	return stuck ? ERR_TIMEOUT : OK;
}

int64_t
thread_phase_busy_ms(struct thread_phase *at, int64_t now_ms)
{
	pthread_mutex_lock(&at->lock);
	int64_t ms = at->phase == PHASE_IDLE ? -1 : now_ms - at->since_ms;
	pthread_mutex_unlock(&at->lock);
	return ms;
}
