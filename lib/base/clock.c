/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#define MS_PER_S  1000
#define NS_PER_MS 1000000

int64_t
monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

uint32_t
ms_until(int64_t deadline_ms, uint32_t limit_ms)
{
	int64_t left = deadline_ms - monotonic_ms();
	if (left <= 0)
		return 0;
	return left < limit_ms ? (uint32_t)left : limit_ms;
}

struct timespec
timespec_of_ms(int64_t ms)
{
	return (struct timespec){.tv_sec = (time_t)(ms / MS_PER_S),
	                         .tv_nsec = (long)(ms % MS_PER_S) * NS_PER_MS};
}

struct timespec
realtime_in_ms(int64_t ms)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	struct timespec then = timespec_of_ms(now.tv_nsec / NS_PER_MS + ms);
	then.tv_sec += now.tv_sec;
	return then;
}

void
sleep_ms(int64_t ms)
{
	struct timespec left = timespec_of_ms(ms);
	while (nanosleep(&left, &left) && errno == EINTR)
		continue;
}

int
monotonic_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;
	int code = pthread_condattr_init(&attributes);
	if (code != 0)
		return code;
	code = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (code == 0)
		code = pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
	return code;
}

enum err
locks_init(pthread_mutex_t *mutex, pthread_cond_t *cond)
{
	int code = monotonic_cond_init(cond);
	if (code != 0)
		return ERR_SYSTEM_CODE(code);
	code = pthread_mutex_init(mutex, NULL);
	if (code != 0) {
		pthread_cond_destroy(cond);
		return ERR_SYSTEM_CODE(code);
	}
	return OK;
}

int
cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ms)
{
	const struct timespec deadline = timespec_of_ms(deadline_ms);
	return pthread_cond_timedwait(cond, mutex, &deadline);
}
