/*
 * broker - one connection to RabbitMQ, for one thread.
 *
 * The library below does nothing in the background: heartbeats are answered only while one of these
 * functions runs, so a thread that has a connection calls broker_rest() instead of sleeping. No
 * call hangs: what the library would wait for without end is cut off by a watchdog.
 *
 * Any surprise is ERR_UNAVAILABLE and the connection is of no more use: broker_drop() it, wait with
 * a back-off, connect anew. What was not acknowledged is delivered again then, what was not
 * confirmed has to be published again.
 */
#ifndef ADAPTERS_AMQP_BROKER_H
#define ADAPTERS_AMQP_BROKER_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct broker;

/* The texts are not copied: they outlive the broker. */
struct broker_options {
	const char *host, *vhost, *user, *password;
	const char *name; /* of the connection, as RabbitMQ lists it */
	uint32_t port, heartbeat_s;
	int stop_fd; /* readable (and never read here) once the program is to end: waits end then */
};

#define BROKER_NO_STOP (-1) /* as stop_fd: only a signal ends the program */

/* Not yet connected. NULL: out of memory, or no thread to be had. */
struct broker *broker_new(const struct broker_options *options);

/* Drops the connection. NULL is fine. */
void broker_free(struct broker *broker);

/* Connects and logs in, within a few seconds. ERR_UNAVAILABLE, ERR_MEMORY. */
MUST_CHECK enum err broker_connect(struct broker *broker);

/* Ends the connection, if there is one: unacknowledged deliveries go back to their queue. */
void broker_drop(struct broker *broker);

/*
 * Waits so many milliseconds, answering heartbeats. OK also without a connection. ERR_CLOSED: the
 * program is to end. ERR_UNAVAILABLE. Not between consumer_start() and the drop: a delivery that
 * came meanwhile would be lost.
 */
MUST_CHECK enum err broker_rest(struct broker *broker, uint32_t ms);

/* For metrics, from any thread: whether there is a connection, and whether RabbitMQ has asked not
 * to be published to (it is short of memory or disk). */
bool broker_is_connected(const struct broker *broker);
bool broker_is_blocked(const struct broker *broker);

/* What the last surprise was, as a sentence for a log. */
const char *broker_why(const struct broker *broker);

#endif
