/* SPDX-License-Identifier: MIT */
#include "fcgi/acceptor.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fcgi/connection_serve.h"
#include "fcgi/fcgi_connection.h"
#include "fcgi/receiver.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#define STACK_BYTES (512 * 1024)

struct slot {
	struct acceptor *acceptor;
	pthread_t thread;
	bool running; /* started and not joined */
	struct connection_server server;
};

struct acceptor {
	const struct program *program;
	struct refusals refusals;
	struct receiver *receiver;
	size_t n_slots;
	struct slot slots[];
};

/* ---- threads --------------------------------------------------------------------------------- */

static void *
thread_main(void *arg)
{
	struct slot *slot = arg;
	struct connection *connection;
	enum err err;
	while ((err = receiver_next(slot->acceptor->receiver, &connection)) == OK)
		connection_serve(&slot->server, connection);
	if (err != ERR_CLOSED)
		LOG(LOG_ERROR, "thread-ended", LOG_TEXT("error", strerror(errno)));
	return NULL;
}

static enum err
threads_start(struct acceptor *acceptor)
{
	pthread_attr_t attributes;
	if (pthread_attr_init(&attributes) != 0)
		return ERR_MEMORY;
	enum err err = OK;
	if (pthread_attr_setstacksize(&attributes, STACK_BYTES) != 0)
		err = ERR_BUG_HERE();
	for (size_t i = 0; err == OK && i < acceptor->n_slots; i++) {
		struct slot *slot = &acceptor->slots[i];
		errno = pthread_create(&slot->thread, &attributes, thread_main, slot);
		slot->running = errno == 0;
		if (!slot->running)
			err = ERR_SYSTEM_HERE();
	}
	pthread_attr_destroy(&attributes);
	return err;
}

/* Ends the threads that were started when one could not be. */
static enum err
start_failed(struct acceptor *acceptor, enum err err)
{
	if (acceptor->receiver)
		acceptor_stop(acceptor);
	while (acceptor_join(acceptor, 1000) != OK)
		continue;
	acceptor_free(acceptor);
	return err;
}

enum err
acceptor_start(const struct program *program, struct stats *stats, int listen_fd,
               struct acceptor **ret_acceptor)
{
	size_t n = program->settings->threads;
	struct acceptor *acceptor = calloc(1, sizeof(*acceptor) + n * sizeof(acceptor->slots[0]));
	if (!acceptor)
		return ERR_MEMORY;
	acceptor->program = program;
	acceptor->n_slots = n;
	refusals_init(&acceptor->refusals);
	for (size_t i = 0; i < n; i++) {
		acceptor->slots[i].acceptor = acceptor;
		connection_server_init(&acceptor->slots[i].server, program, stats,
		                       &acceptor->refusals);
	}
	enum err err = fcgi_connection_init();
	if (err == OK)
		err = receiver_open(listen_fd, program->settings, &acceptor->refusals,
		                    &acceptor->receiver);
	if (err == OK)
		err = threads_start(acceptor);
	if (err != OK)
		return start_failed(acceptor, err);
	*ret_acceptor = acceptor;
	return OK;
}

enum err
acceptor_check_threads(struct acceptor *acceptor)
{
	int64_t now_ms = monotonic_ms(), limit_ms = acceptor->program->settings->request_timeout_ms;
	for (size_t i = 0; i < acceptor->n_slots; i++) {
		enum err err =
			thread_phase_check(&acceptor->slots[i].server.phase, now_ms, limit_ms);
		if (err != OK)
			return err;
	}
	return OK;
}

void
acceptor_stop(struct acceptor *acceptor)
{
	receiver_stop(acceptor->receiver);
}

enum err
acceptor_join(struct acceptor *acceptor, int wait_ms)
{
	const struct timespec until = realtime_in_ms(wait_ms);
	for (size_t i = 0; i < acceptor->n_slots; i++) {
		struct slot *slot = &acceptor->slots[i];
		if (slot->running && pthread_timedjoin_np(slot->thread, NULL, &until) != 0)
			return ERR_TIMEOUT;
		slot->running = false;
	}
	return OK;
}

void
acceptor_free(struct acceptor *acceptor)
{
	if (!acceptor)
		return;
	for (size_t i = 0; i < acceptor->n_slots; i++)
		connection_server_done(&acceptor->slots[i].server);
	receiver_close(acceptor->receiver);
	free(acceptor);
}

void
acceptor_metrics(struct acceptor *acceptor, struct metrics *to)
{
	size_t busy = 0;
	int64_t now_ms = monotonic_ms(), oldest_ms = 0;
	for (size_t i = 0; i < acceptor->n_slots; i++) {
		int64_t ms = thread_phase_busy_ms(&acceptor->slots[i].server.phase, now_ms);
		busy += ms >= 0;
		if (ms > oldest_ms)
			oldest_ms = ms;
	}
	METRIC_MS(to, METRIC_REQUEST_OLDEST, oldest_ms);
	METRIC(to, METRIC_THREADS, acceptor->n_slots);
	METRIC(to, METRIC_THREADS_BUSY, busy);
	receiver_metrics(acceptor->receiver, to);
	refusals_metrics(&acceptor->refusals, to);
}
