/* SPDX-License-Identifier: MIT */
/*
 * clock - a clock that never jumps, waits that are measured by it, and locks whose waits are.
 *
 * Deadlines are values of monotonic_ms(). What is shown and logged uses instant_now() of day.h.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/err.h"

#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* Milliseconds of a clock that never jumps; its zero means nothing. */
int64_t monotonic_ms(void);

/* How much time is left until a deadline: 0 when it has passed, at most limit_ms. */
uint32_t ms_until(int64_t deadline_ms, uint32_t limit_ms);

/* A duration, or a deadline of CLOCK_MONOTONIC, as the C library takes it. */
struct timespec timespec_of_ms(int64_t ms);

/* The instant of CLOCK_REALTIME in so many milliseconds, for pthread_timedjoin_np(). */
struct timespec realtime_in_ms(int64_t ms);

/* Sleeps for the whole time, whatever signals arrive. */
void sleep_ms(int64_t ms);

/* A condition variable on CLOCK_MONOTONIC. 0, or an error number. */
MUST_CHECK int monotonic_cond_init(pthread_cond_t *cond);

/* Initializes a mutex and a condition variable whose timed waits count by CLOCK_MONOTONIC.
 * ERR_SYSTEM: neither is initialized. */
MUST_CHECK enum err locks_init(pthread_mutex_t *mutex, pthread_cond_t *cond);

/* Waits for the condition until the deadline, as pthread_cond_timedwait(). */
int cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ms);

#endif
