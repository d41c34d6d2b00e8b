/* SPDX-License-Identifier: MIT */
#include "fcgi/acceptor.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fcgi/connection_serve.h"
#include "fcgi/fcgi_connection.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES     (512 * 1024)
#define ACCEPT_PAUSE_MS 100 /* after the system ran out of descriptors or memory */

struct slot {
	struct acceptor *acceptor;
	pthread_t thread;
	bool running; /* started and not joined */
	struct connection_server server;
};

struct acceptor {
	const struct program *program;
	int listen_fd, stop_fd; /* stop_fd: an eventfd that stays readable after acceptor_stop() */
	pthread_mutex_t turn;   /* held by the one thread that waits for a connection */
	size_t n_slots;
	struct slot slots[];
};

/* ---- accepting ------------------------------------------------------------------------------- */

/* Waits for a connection. ERR_CLOSED: stopped. */
static enum err
connection_await(const struct acceptor *acceptor)
{
	struct pollfd polled[] = {{.fd = acceptor->stop_fd, .events = POLLIN},
	                          {.fd = acceptor->listen_fd, .events = POLLIN}};
	while (poll(polled, ARRAY_SIZE(polled), -1) < 0)
		if (errno != EINTR && errno != ENOMEM)
			return ERR_SYSTEM_HERE();
	return polled[0].revents ? ERR_CLOSED : OK;
}

static enum err
connection_accept(const struct acceptor *acceptor, int *ret_fd)
{
	for (;;) {
		enum err err = connection_await(acceptor);
		if (err != OK)
			return err;
		int fd = accept4(acceptor->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0) {
			*ret_fd = fd;
			return OK;
		}
		/* These are faults of one connection: the next try may succeed. */
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED && errno != EPROTO) {
			LOG(LOG_ERROR, "accept", LOG_TEXT("error", strerror(errno)));
			struct pollfd stop = {.fd = acceptor->stop_fd, .events = POLLIN};
			poll(&stop, 1, ACCEPT_PAUSE_MS);
		}
	}
}

/*
 * The next connection. ERR_CLOSED: stopped. Only one thread polls at a time and the others wait for
 * the lock: if all of them polled, every connection would wake every idle thread.
 */
static enum err
connection_take(struct acceptor *acceptor, int *ret_fd)
{
	pthread_mutex_lock(&acceptor->turn);
	enum err err = connection_accept(acceptor, ret_fd);
	pthread_mutex_unlock(&acceptor->turn);
	return err;
}

/* ---- threads --------------------------------------------------------------------------------- */

static void *
thread_main(void *arg)
{
	struct slot *slot = arg;
	enum err err;
	int fd;
	while ((err = connection_take(slot->acceptor, &fd)) == OK)
		connection_serve(&slot->server, fd);
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
	acceptor->listen_fd = listen_fd;
	acceptor->n_slots = n;
	pthread_mutex_init(&acceptor->turn, NULL);
	acceptor->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (size_t i = 0; i < n; i++) {
		acceptor->slots[i].acceptor = acceptor;
		connection_server_init(&acceptor->slots[i].server, program, stats);
	}
	enum err err = acceptor->stop_fd < 0 ? ERR_SYSTEM_HERE() : fcgi_connection_init();
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
	if (acceptor->stop_fd >= 0 && eventfd_write(acceptor->stop_fd, 1) != 0)
		LOG(LOG_ERROR, "stop", LOG_TEXT("error", strerror(errno)));
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
	pthread_mutex_destroy(&acceptor->turn);
	if (acceptor->stop_fd >= 0)
		close(acceptor->stop_fd);
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
}
