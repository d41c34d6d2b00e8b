/* acceptor - the threads of a program: they accept, answer and end when they are told to. */
#include "fcgi/acceptor.h"

#include "base/log.h"
#include "base/mem.h"
#include "fcgi/fcgi_connection.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES     (512 * 1024)
#define ACCEPT_PAUSE_MS 100          /* after the system had no descriptor or memory for us */
#define BUFFER_KEPT_MAX (256 * 1024) /* bytes a thread keeps for its next answer */

enum phase { IDLE, READING, WORKING, SENDING };

/* One thread and what it is at. fd and phase are guarded by lock: the watcher looks at them. */
struct slot {
	struct acceptor *acceptor;
	pthread_t thread;
	bool running; /* started and not joined */
	pthread_mutex_t lock;
	int fd;
	enum phase phase;
	int64_t since_ms;
	struct buf body;
	struct http_response answer;
};

struct acceptor {
	const struct program *program;
	struct stats *stats;
	int listen_fd, stop_fd; /* stop_fd: an eventfd that stays readable once we are to stop */
	pthread_mutex_t turn;   /* whose turn it is to wait for a connection */
	size_t n_slots;
	struct slot slots[];
};

static void
phase_enter(struct slot *slot, enum phase phase, int fd)
{
	pthread_mutex_lock(&slot->lock);
	slot->phase = phase;
	slot->fd = fd;
	slot->since_ms = monotonic_ms();
	pthread_mutex_unlock(&slot->lock);
}

/* ---- accepting ------------------------------------------------------------------------------- */

static void
timeout_set(int fd, int option, uint32_t ms)
{
	struct timeval time = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
	if (setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time)) != 0)
		LOG(LOG_ERROR, "socket-timeout", LOG_TEXT("error", strerror(errno)));
}

/* Waits until there may be a connection. ERR_CLOSED: we are to stop. */
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

/* Whether accept failed in a way that another thread or the next try gets over by itself. */
static bool
is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED || error == EPROTO;
}

/* Lets some time go by, unless we are to stop. */
static void
pause_unless_stopped(const struct acceptor *acceptor, int64_t ms, int also_fd)
{
	struct pollfd polled[] = {{.fd = acceptor->stop_fd, .events = POLLIN},
	                          {.fd = also_fd, .events = POLLRDHUP}};
	int64_t until = monotonic_ms() + ms, left;
	while ((left = until - monotonic_ms()) > 0)
		if (poll(polled, ARRAY_SIZE(polled), (int)left) != 0 && errno != EINTR)
			return;
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
		if (!is_passing(errno)) {
			LOG(LOG_ERROR, "accept", LOG_TEXT("error", strerror(errno)));
			pause_unless_stopped(acceptor, ACCEPT_PAUSE_MS, -1);
		}
	}
}

/*
 * The next connection. ERR_CLOSED: we are to stop. One thread at a time waits, the others for their
 * turn: if all of them polled, every connection would wake every idle thread.
 */
static enum err
connection_take(struct acceptor *acceptor, int *ret_fd)
{
	pthread_mutex_lock(&acceptor->turn);
	enum err err = connection_accept(acceptor, ret_fd);
	pthread_mutex_unlock(&acceptor->turn);
	return err;
}

/* ---- one request ----------------------------------------------------------------------------- */

/* A 503 is deliberate, a 500 is not. */
static enum log_level
level_of(int status)
{
	return status == 500 ? LOG_ERROR : status > 500 ? LOG_WARN : LOG_INFO;
}

static void
request_log(const struct http_response *answer, int64_t ms)
{
	const struct log_field fields[] = {
		LOG_TEXT("request", answer->request_id),
		LOG_TEXT("trace", answer->traceparent),
		LOG_TEXT("method", method_name(answer->method)),
		LOG_TEXT("route", answer->route ? answer->route->pattern : ""),
		LOG_NUMBER("status", answer->silent ? 0 : answer->status),
		LOG_TEXT("outcome", err_name(answer->err)),
		LOG_NUMBER("ms", ms),
		LOG_NUMBER("book", answer->correlation), /* the last: left out if there is none */
	};
	int n = (int)ARRAY_SIZE(fields) - (answer->correlation == 0);
	log_write(level_of(answer->status), "request", fields, n);
}

/* Sends the answer, or keeps silent as the handler wanted. */
static void
answer_send(struct slot *slot, struct fcgi_connection *connection)
{
	const struct http_response *answer = &slot->answer;
	if (answer->silent) {
		pause_unless_stopped(slot->acceptor, answer->hold_until_ms - monotonic_ms(),
		                     slot->fd);
		fcgi_connection_drop(connection);
		return;
	}
	phase_enter(slot, SENDING, slot->fd);
	if (fcgi_connection_send(connection, &answer->head, &answer->body) != OK)
		LOG(LOG_WARN, "answer-not-taken", LOG_TEXT("request", answer->request_id));
}

/* Whether all of the request has arrived; if not, it never happened. */
static enum err
request_receive(struct slot *slot, struct fcgi_connection *connection, bool *ret_too_large)
{
	enum err err = fcgi_connection_open(connection, slot->fd);
	if (err != OK)
		return err;
	buf_reset(&slot->body);
	err = fcgi_connection_body(connection, &slot->body, ret_too_large);
	if (err != OK)
		fcgi_connection_drop(connection);
	return err;
}

static void
request_serve(struct slot *slot)
{
	struct acceptor *acceptor = slot->acceptor;
	struct fcgi_connection connection;
	bool too_large = false;
	enum err err = request_receive(slot, &connection, &too_large);
	if (err != OK) {
		LOG(LOG_WARN, "request-not-received", LOG_TEXT("outcome", err_name(err)));
		return;
	}
	phase_enter(slot, WORKING, slot->fd);
	int64_t from = slot->since_ms;
	struct raw_request in = {.params = fcgi_connection_params(&connection),
	                         .body = &slot->body,
	                         .body_too_large = too_large};
	request_handle(acceptor->program, &in, &slot->answer);
	answer_send(slot, &connection);
	int64_t ms = monotonic_ms() - from;
	stats_count(acceptor->stats, slot->answer.route,
	            slot->answer.silent ? 0 : slot->answer.status, ms);
	request_log(&slot->answer, ms);
}

static void
connection_serve(struct slot *slot, int fd)
{
	uint32_t silence_ms = slot->acceptor->program->settings->read_timeout_ms;
	timeout_set(fd, SO_RCVTIMEO, silence_ms);
	timeout_set(fd, SO_SNDTIMEO, silence_ms);
	phase_enter(slot, READING, fd);
	request_serve(slot);
	phase_enter(slot, IDLE, -1);
	close(fd);
	if (slot->answer.body.cap > BUFFER_KEPT_MAX)
		buf_done(&slot->answer.body);
}

static void *
thread_main(void *arg)
{
	struct slot *slot = arg;
	enum err err;
	int fd;
	while ((err = connection_take(slot->acceptor, &fd)) == OK)
		connection_serve(slot, fd);
	if (err != ERR_CLOSED)
		LOG(LOG_ERROR, "thread-ended", LOG_TEXT("error", strerror(errno)));
	return NULL;
}

/* ---- all threads ----------------------------------------------------------------------------- */

static void
slot_init(struct slot *slot, struct acceptor *acceptor)
{
	slot->acceptor = acceptor;
	slot->fd = -1;
	slot->body = (struct buf)BUF_INIT(REQUEST_BODY_MAX);
	pthread_mutex_init(&slot->lock, NULL);
}

static enum err
slot_start(struct slot *slot, const pthread_attr_t *attributes)
{
	int error = pthread_create(&slot->thread, attributes, thread_main, slot);
	slot->running = error == 0;
	errno = error;
	return slot->running ? OK : ERR_SYSTEM_HERE();
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
	for (size_t i = 0; err == OK && i < acceptor->n_slots; i++)
		err = slot_start(&acceptor->slots[i], &attributes);
	pthread_attr_destroy(&attributes);
	return err;
}

/* Ends what had been started when not all could be. */
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
               struct acceptor **ret_serving)
{
	size_t n = program->settings->threads;
	struct acceptor *acceptor = calloc(1, sizeof(*acceptor) + n * sizeof(acceptor->slots[0]));
	if (!acceptor)
		return ERR_MEMORY;
	acceptor->program = program;
	acceptor->stats = stats;
	acceptor->listen_fd = listen_fd;
	acceptor->n_slots = n;
	pthread_mutex_init(&acceptor->turn, NULL);
	for (size_t i = 0; i < n; i++)
		slot_init(&acceptor->slots[i], acceptor);
	acceptor->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	enum err err = acceptor->stop_fd < 0 ? ERR_SYSTEM_HERE() : fcgi_connection_init();
	if (err == OK)
		err = threads_start(acceptor);
	if (err != OK)
		return start_failed(acceptor, err);
	*ret_serving = acceptor;
	return OK;
}

/* Looks at one thread. ERR_TIMEOUT: it is stuck. */
static enum err
slot_watch(struct slot *slot, int64_t now_ms, int64_t limit_ms)
{
	enum err err = OK;
	pthread_mutex_lock(&slot->lock);
	int64_t ms = now_ms - slot->since_ms;
	if ((slot->phase == READING || slot->phase == SENDING) && ms > limit_ms)
		shutdown(slot->fd, SHUT_RDWR);
	if (slot->phase == WORKING && ms > 2 * limit_ms)
		err = ERR_TIMEOUT;
	pthread_mutex_unlock(&slot->lock);
	if (err != OK)
		LOG(LOG_ERROR, "thread-stuck", LOG_NUMBER("ms", ms),
		    LOG_NUMBER("limit_ms", 2 * limit_ms));
	return err;
}

enum err
acceptor_watch(struct acceptor *acceptor)
{
	int64_t now_ms = monotonic_ms();
	for (size_t i = 0; i < acceptor->n_slots; i++) {
		enum err err = slot_watch(&acceptor->slots[i], now_ms,
		                          acceptor->program->settings->request_timeout_ms);
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
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until); /* what pthread_timedjoin_np() counts in */
	int64_t ns = until.tv_nsec + (int64_t)wait_ms * 1000000;
	until.tv_sec += ns / 1000000000;
	until.tv_nsec = ns % 1000000000;
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
	for (size_t i = 0; i < acceptor->n_slots; i++) {
		pthread_mutex_destroy(&acceptor->slots[i].lock);
		buf_done(&acceptor->slots[i].body);
		http_response_done(&acceptor->slots[i].answer);
	}
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
		struct slot *slot = &acceptor->slots[i];
		pthread_mutex_lock(&slot->lock);
		bool is_busy = slot->phase != IDLE;
		int64_t ms = now_ms - slot->since_ms;
		pthread_mutex_unlock(&slot->lock);
		busy += is_busy;
		if (is_busy && ms > oldest_ms)
			oldest_ms = ms;
	}
	METRIC_MS(to, METRIC_REQUEST_OLDEST, oldest_ms);
	METRIC(to, METRIC_THREADS, acceptor->n_slots);
	METRIC(to, METRIC_THREADS_BUSY, busy);
}
