/*
 * acceptor - the threads of a program: they accept, answer and end when they are told to.
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
 * Signals have to be blocked before. ERR_MEMORY, ERR_SYSTEM.
 */
MUST_CHECK enum err acceptor_start(const struct program *program, struct stats *stats,
                                   int listen_fd, struct acceptor **ret_serving);

/*
 * To be called now and then. Cuts connections off whose peer dawdles; OK unless a thread has been
 * in one request for longer than twice the request's timeout: ERR_TIMEOUT, and it has been logged.
 */
MUST_CHECK enum err acceptor_watch(struct acceptor *acceptor);

/* No further connection is accepted; requests in flight go on to their end. */
void acceptor_stop(struct acceptor *acceptor);

/* Waits up to wait_ms for a stopped thread. OK: all have ended; ERR_TIMEOUT: not yet. */
MUST_CHECK enum err acceptor_join(struct acceptor *acceptor, int wait_ms);

/* Gives everything back, once all threads have ended. */
void acceptor_free(struct acceptor *acceptor);

/* Tells of the threads. */
void acceptor_metrics(struct acceptor *acceptor, struct metrics *to);

#endif
