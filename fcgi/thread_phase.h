/* SPDX-License-Identifier: MIT */
/*
 * thread_phase - what a request thread is doing, since when, and on which connection.
 *
 * The thread enters its phases; the watcher and the metrics look from other threads.
 */
#ifndef FCGI_THREAD_PHASE_H
#define FCGI_THREAD_PHASE_H

#include "base/err.h"

#include <pthread.h>
#include <stdint.h>

enum phase { PHASE_IDLE, PHASE_WORKING, PHASE_SENDING };

struct thread_phase {
	pthread_mutex_t lock; /* guards the rest */
	enum phase phase;
	int fd; /* the connection; -1: none */
	int64_t since_ms;
};

void thread_phase_init(struct thread_phase *at);
void thread_phase_done(struct thread_phase *at);

void thread_phase_enter(struct thread_phase *at, enum phase phase, int fd);

/*
 * Shuts the connection down if its peer has been reading its response for longer than limit_ms.
 * ERR_TIMEOUT, which it logs: the thread has been working for longer than twice that.
 */
MUST_CHECK enum err thread_phase_check(struct thread_phase *at, int64_t now_ms, int64_t limit_ms);

/* For how long the current request has been in its phase; -1: the thread is idle. */
int64_t thread_phase_busy_ms(struct thread_phase *at, int64_t now_ms);

#endif
