/* SPDX-License-Identifier: MIT */
#include "fcgi/receiver.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fcgi/request.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK           (64 * 1024) /* bytes of one connection, then others have their turn */
#define ACCEPT_MAX      64          /* connections, then those that wait have their turn */
#define ACCEPT_PAUSE_MS 100         /* after the system ran out of descriptors or memory */

enum { POLL_STOP, POLL_LISTEN, POLL_CONNECTIONS };

struct receiver {
	int listen_fd, stop_fd; /* stop_fd: an eventfd that stays readable after receiver_stop() */
	const struct settings *settings;
	struct refusals *refusals;
	atomic_size_t incomplete; /* n, for the metrics */
	pthread_mutex_t turn;     /* held by the one thread that waits; guards the rest */
	bool stopped;
	int64_t now_ms; /* when the last wait ended */
	size_t n;
	struct connection *connections[RECEIVER_PLACES];
	struct pollfd polled[POLL_CONNECTIONS + RECEIVER_PLACES]; /* in the same order */
	unsigned char chunk[CHUNK];
};

void
connection_free(struct connection *connection)
{
	if (!connection)
		return;
	close(connection->fd);
	record_parser_done(&connection->records);
	free(connection);
}

/* ---- places ---------------------------------------------------------------------------------- */

static enum err
place_add(struct receiver *receiver, int fd)
{
	struct connection *connection = malloc(sizeof(*connection));
	if (!connection)
		return ERR_MEMORY;
	*connection = (struct connection){
		.fd = fd, .accepted_ms = receiver->now_ms, .heard_ms = receiver->now_ms};
	record_parser_init(&connection->records, REQUEST_BODY_MAX);
	receiver->connections[receiver->n] = connection;
	receiver->polled[POLL_CONNECTIONS + receiver->n] =
		(struct pollfd){.fd = fd, .events = POLLIN};
	atomic_store(&receiver->incomplete, ++receiver->n);
	return OK;
}

/* The last one moves to the place that becomes free. */
static struct connection *
place_remove(struct receiver *receiver, size_t place)
{
	struct connection *connection = receiver->connections[place];
	atomic_store(&receiver->incomplete, --receiver->n);
	receiver->connections[place] = receiver->connections[receiver->n];
	receiver->polled[POLL_CONNECTIONS + place] =
		receiver->polled[POLL_CONNECTIONS + receiver->n];
	return connection;
}

static void
place_refuse(struct receiver *receiver, size_t place, enum refusal refusal)
{
	struct connection *connection = place_remove(receiver, place);
	refusal_count(receiver->refusals, refusal, connection->records.fault);
	connection_free(connection);
}

/* Gives up the connection that has been silent longest. */
static void
place_evict(struct receiver *receiver)
{
	size_t longest = 0;
	for (size_t i = 1; i < receiver->n; i++)
		if (receiver->connections[i]->heard_ms < receiver->connections[longest]->heard_ms)
			longest = i;
	place_refuse(receiver, longest, REFUSED_EVICTED);
}

/* ---- receiving ------------------------------------------------------------------------------- */

/* When it will have been silent or slow for too long. */
static int64_t
connection_ends_ms(const struct receiver *receiver, const struct connection *connection)
{
	int64_t silent_ms = connection->heard_ms + receiver->settings->read_timeout_ms;
	int64_t slow_ms = connection->accepted_ms + receiver->settings->request_timeout_ms;
	return silent_ms < slow_ms ? silent_ms : slow_ms;
}

/* Takes what has arrived. ERR_CLOSED: the peer sends nothing more. */
static enum err
connection_receive(struct receiver *receiver, struct connection *connection)
{
	ssize_t n = recv(connection->fd, receiver->chunk, CHUNK, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return OK;
	if (n <= 0)
		return ERR_CLOSED;
	connection->heard_ms = receiver->now_ms;
	return record_parser_feed(&connection->records, receiver->chunk, (size_t)n);
}

static enum refusal
refusal_of(enum err err)
{
	if (err == ERR_MALFORMED)
		return REFUSED_MALFORMED;
	if (err == ERR_TOO_LARGE)
		return REFUSED_TOO_LARGE;
	return err == ERR_CLOSED ? REFUSED_CLOSED : REFUSED_EVICTED;
}

/* Whether a connection has not begun a request: one that then leaves, as a probe does, is not worth
 * a word. */
static bool
is_unused(const struct connection *connection)
{
	return connection->records.stage == STAGE_BEGIN && connection->records.header_len == 0;
}

/* Receives at a place. Its connection if its request is complete; NULL: it stays, or was refused. */
static struct connection *
place_receive(struct receiver *receiver, size_t place)
{
	struct connection *connection = receiver->connections[place];
	enum err err = connection_receive(receiver, connection);
	if (err == OK && connection->records.stage == STAGE_COMPLETE)
		return place_remove(receiver, place);
	if (err == ERR_CLOSED && is_unused(connection))
		connection_free(place_remove(receiver, place));
	else if (err != OK)
		place_refuse(receiver, place, refusal_of(err));
	else if (connection_ends_ms(receiver, connection) <= receiver->now_ms)
		place_refuse(receiver, place, REFUSED_TIMEOUT);
	return NULL;
}

/* Receives where something has arrived, and refuses what has been silent for too long. The first
 * connection whose request is complete; NULL: none. */
static struct connection *
places_receive(struct receiver *receiver)
{
	struct connection *complete = NULL;
	for (size_t i = 0; i < receiver->n && !complete;) {
		const size_t before = receiver->n;
		if (receiver->polled[POLL_CONNECTIONS + i].revents)
			complete = place_receive(receiver, i);
		else if (connection_ends_ms(receiver, receiver->connections[i]) <= receiver->now_ms)
			place_refuse(receiver, i, REFUSED_TIMEOUT);
		i += receiver->n == before; /* otherwise another one is at this place now */
	}
	return complete;
}

/* ---- accepting ------------------------------------------------------------------------------- */

/* The system is out of descriptors or memory: an incomplete request gives its own back. */
static void
accept_failed(struct receiver *receiver)
{
	/* Nothing waits any more, or it is a fault of one connection. */
	if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED || errno == EPROTO)
		return;
	LOG(LOG_ERROR, "accept", LOG_TEXT("error", strerror(errno)));
	struct pollfd stop = {.fd = receiver->stop_fd, .events = POLLIN};
	if (receiver->n > 0)
		place_evict(receiver);
	else
		poll(&stop, 1, ACCEPT_PAUSE_MS);
}

/*
 * Accepts what waits, up to the first connection whose request is complete: a web server sends it at
 * once, so that it has mostly arrived by now. NULL: none is.
 */
static struct connection *
accept_waiting(struct receiver *receiver)
{
	struct connection *complete = NULL;
	for (int i = 0; i < ACCEPT_MAX && !complete; i++) {
		int fd = accept4(receiver->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0) {
			accept_failed(receiver);
			break;
		}
		if (receiver->n == RECEIVER_PLACES)
			place_evict(receiver);
		if (place_add(receiver, fd) == OK)
			complete = place_receive(receiver, receiver->n - 1);
		else
			close(fd);
	}
	return complete;
}

/* ---- waiting --------------------------------------------------------------------------------- */

/* Milliseconds until the first connection has been silent or slow for too long; -1: there is none. */
static int
wait_ms(const struct receiver *receiver)
{
	int64_t now_ms = monotonic_ms(), least_ms = INT64_MAX;
	for (size_t i = 0; i < receiver->n; i++) {
		int64_t ends_ms = connection_ends_ms(receiver, receiver->connections[i]);
		if (ends_ms < least_ms)
			least_ms = ends_ms;
	}
	if (receiver->n == 0)
		return -1;
	return least_ms > now_ms ? (int)(least_ms - now_ms) : 0;
}

/* Waits until something can be received or accepted, or a time is over. ERR_CLOSED: see
 * receiver_next(). */
static enum err
receiver_wait(struct receiver *receiver)
{
	struct pollfd *polled = receiver->polled;
	/* poll() passes over negative descriptors */
	polled[POLL_STOP] =
		(struct pollfd){.fd = receiver->stopped ? -1 : receiver->stop_fd, .events = POLLIN};
	polled[POLL_LISTEN] = (struct pollfd){.fd = receiver->stopped ? -1 : receiver->listen_fd,
	                                      .events = POLLIN};
	if (receiver->stopped && receiver->n == 0)
		return ERR_CLOSED;
	while (poll(polled, POLL_CONNECTIONS + receiver->n, wait_ms(receiver)) < 0)
		if (errno != EINTR && errno != ENOMEM)
			return ERR_SYSTEM_HERE();
	if (polled[POLL_STOP].revents)
		receiver->stopped = true;
	receiver->now_ms = monotonic_ms();
	return receiver->stopped && receiver->n == 0 ? ERR_CLOSED : OK;
}

enum err
receiver_next(struct receiver *receiver, struct connection **ret_connection)
{
	struct connection *complete = NULL;
	pthread_mutex_lock(&receiver->turn);
	enum err err = OK;
	while (!complete && (err = receiver_wait(receiver)) == OK) {
		complete = places_receive(receiver);
		if (!complete && !receiver->stopped && receiver->polled[POLL_LISTEN].revents)
			complete = accept_waiting(receiver);
	}
	pthread_mutex_unlock(&receiver->turn);
	if (err == OK)
		*ret_connection = complete;
	return err;
}

/* ---- life ------------------------------------------------------------------------------------ */

enum err
receiver_open(int listen_fd, const struct settings *settings, struct refusals *refusals,
              struct receiver **ret_receiver)
{
	struct receiver *receiver = calloc(1, sizeof(*receiver));
	if (!receiver)
		return ERR_MEMORY;
	receiver->listen_fd = listen_fd;
	receiver->settings = settings;
	receiver->refusals = refusals;
	receiver->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (receiver->stop_fd < 0) {
		free(receiver);
		return ERR_SYSTEM_HERE();
	}
	pthread_mutex_init(&receiver->turn, NULL);
	*ret_receiver = receiver;
	return OK;
}

void
receiver_close(struct receiver *receiver)
{
	if (!receiver)
		return;
	while (receiver->n > 0)
		connection_free(place_remove(receiver, receiver->n - 1));
	pthread_mutex_destroy(&receiver->turn);
	close(receiver->stop_fd);
	free(receiver);
}

void
receiver_stop(struct receiver *receiver)
{
	if (eventfd_write(receiver->stop_fd, 1) != 0)
		LOG(LOG_ERROR, "stop", LOG_TEXT("error", strerror(errno)));
}

void
receiver_metrics(const struct receiver *receiver, struct metrics *to)
{
	METRIC(to, METRIC_REQUESTS_INCOMPLETE, atomic_load(&receiver->incomplete));
}
