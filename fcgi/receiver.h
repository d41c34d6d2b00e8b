/* SPDX-License-Identifier: MIT */
/*
 * receiver - accepts connections and receives their requests, many at a time, until one has arrived
 * completely. A connection that is silent or slow takes a place here, and no thread.
 *
 * The threads of a program take turns (leader and followers): an idle one waits for all connections
 * at once, leaves with the first request that is complete, and the next one waits. So no request
 * passes from thread to thread; while all threads are busy, nothing is accepted.
 */
#ifndef FCGI_RECEIVER_H
#define FCGI_RECEIVER_H

#include "app/metrics.h"
#include "base/err.h"
#include "config/settings.h"
#include "fcgi/record_parser.h"
#include "fcgi/refusals.h"

#include <stdint.h>

/* Incomplete requests, at most this many; a further connection takes the place of the one that has
 * been silent longest. */
#define RECEIVER_PLACES 256

/* An accepted connection, and the request that arrives on it. */
struct connection {
	int fd; /* blocking */
	int64_t accepted_ms, heard_ms;
	struct record_parser records;
};

/* Closes it, and frees it with its request. NULL is ignored. */
void connection_free(struct connection *connection);

struct receiver;

/* Accepts at listen_fd, non-blocking. It, settings and refusals stay the caller's. ERR_MEMORY,
 * ERR_SYSTEM. */
MUST_CHECK enum err receiver_open(int listen_fd, const struct settings *settings,
                                  struct refusals *refusals, struct receiver **ret_receiver);

/* Closes what has not been given out, too. NULL is ignored. */
void receiver_close(struct receiver *receiver);

/*
 * Waits for the next complete request, whose connection is then the caller's. Thread-safe: one
 * thread waits, and the others wait for their turn. ERR_CLOSED: stopped, and every connection that
 * was accepted before has been given out or refused. ERR_SYSTEM.
 */
MUST_CHECK enum err receiver_next(struct receiver *receiver, struct connection **ret_connection);

/* Accepts no further connection. Thread-safe. */
void receiver_stop(struct receiver *receiver);

void receiver_metrics(const struct receiver *receiver, struct metrics *to);

#endif
