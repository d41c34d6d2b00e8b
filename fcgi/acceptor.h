/*
 * serving - the threads of a program: they accept, answer and end when they are told to.
 */
#ifndef FCGI_SERVING_H
#define FCGI_SERVING_H

#include "app/metrics.h"
#include "base/err.h"
#include "fcgi/request_handle.h"
#include "fcgi/stats.h"

struct serving;

/*
 * Starts settings->threads threads that accept at listen_fd (non-blocking; it stays the caller's).
 * Signals have to be blocked before. ERR_MEMORY, ERR_SYSTEM.
 */
MUST_CHECK enum err serving_start(const struct program *program, struct stats *stats, int listen_fd,
                                  struct serving **ret_serving);

/*
 * To be called now and then. Cuts connections off whose peer dawdles; OK unless a thread has been
 * in one request for longer than twice the request's timeout: ERR_TIMEOUT, and it has been logged.
 */
MUST_CHECK enum err serving_watch(struct serving *serving);

/* No further connection is accepted; requests in flight go on to their end. */
void serving_stop(struct serving *serving);

/* Waits up to wait_ms for a stopped thread. OK: all have ended; ERR_TIMEOUT: not yet. */
MUST_CHECK enum err serving_join(struct serving *serving, int wait_ms);

/* Gives everything back, once all threads have ended. */
void serving_free(struct serving *serving);

/* Tells of the threads. */
void serving_write(struct serving *serving, struct metrics *to);

#endif
