/* SPDX-License-Identifier: MIT */
/*
 * broker - one connection to RabbitMQ, for one thread.
 *
 * The library does nothing in the background: heartbeats are answered only while one of these
 * functions runs, so a thread with a connection calls broker_rest() instead of sleeping. No call
 * hangs: a watchdog ends the library's waits that have no timeout.
 *
 * Any unexpected answer is ERR_UNAVAILABLE, and the connection is no longer usable: broker_drop()
 * it, wait with a backoff, connect again. Messages that were not acknowledged are delivered again
 * then; messages that were not confirmed must be published again.
 */
#ifndef ADAPTERS_AMQP_BROKER_H
#define ADAPTERS_AMQP_BROKER_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct broker;

/* The texts are not copied: they must outlive the broker. */
struct broker_options {
	const char *host, *vhost, *user, *password;
	const char *name; /* of the connection, as RabbitMQ lists it */
	uint32_t port, heartbeat_s;
	int stop_fd; /* readable (and never read here) once the program is to end: waits end then */
};

#define BROKER_NO_STOP (-1) /* as stop_fd: only a signal ends the program */

/* Not yet connected. NULL: out of memory, or no thread could be started. */
struct broker *broker_new(const struct broker_options *options);

/* Drops the connection. NULL is fine. */
void broker_free(struct broker *broker);

/* Connects and logs in, within a few seconds. ERR_UNAVAILABLE, ERR_MEMORY. */
MUST_CHECK enum err broker_connect(struct broker *broker);

/* Ends the connection, if there is one: unacknowledged deliveries go back to their queue. */
void broker_drop(struct broker *broker);

/*
 * Waits so many milliseconds and answers heartbeats. OK also without a connection. ERR_CLOSED: the
 * program is to stop. ERR_UNAVAILABLE. Do not call it between consumer_start() and broker_drop(): a
 * delivery that arrives meanwhile would be lost.
 */
MUST_CHECK enum err broker_rest(struct broker *broker, uint32_t ms);

/* For metrics, from any thread: whether there is a connection, and whether RabbitMQ blocks
 * publishers because it is short of memory or disk. */
bool broker_is_connected(const struct broker *broker);
bool broker_is_blocked(const struct broker *broker);

/* The last error, as a sentence for a log. */
const char *broker_why(const struct broker *broker);

#endif
