/* SPDX-License-Identifier: MIT */
/*
 * acceptor - the threads of a program, which receive requests and serve them until stopped.
 */
#ifndef FCGI_ACCEPTOR_H
#define FCGI_ACCEPTOR_H

#include "app/metrics.h"
#include "base/err.h"
#include "fcgi/request_handle.h"
#include "fcgi/stats.h"

struct acceptor;

/*
 * Starts settings->threads threads that accept at listen_fd (non-blocking; it stays the caller's).
 * Signals must be blocked before. ERR_MEMORY, ERR_SYSTEM.
 */
MUST_CHECK enum err acceptor_start(const struct program *program, struct stats *stats,
                                   int listen_fd, struct acceptor **ret_acceptor);

/*
 * To be called about once a second. Shuts connections down whose peer reads too slowly.
 * ERR_TIMEOUT, which it logs: a thread has been working on one request for longer than twice the
 * request's timeout.
 */
MUST_CHECK enum err acceptor_check_threads(struct acceptor *acceptor);

/* Accepts no further connection; requests that have begun are received and served to their end. */
void acceptor_stop(struct acceptor *acceptor);

/* Waits up to wait_ms for stopped threads. OK: all have ended; ERR_TIMEOUT: not yet. */
MUST_CHECK enum err acceptor_join(struct acceptor *acceptor, int wait_ms);

/* Frees it, once all threads have ended. */
void acceptor_free(struct acceptor *acceptor);

void acceptor_metrics(struct acceptor *acceptor, struct metrics *to);

#endif
