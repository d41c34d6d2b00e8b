/* SPDX-License-Identifier: MIT */
#include "tools/bench/load.h"

#include "base/clock.h"
#include "base/mem.h"
#include "tools/bench/connection.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS   256
#define TICK_US  100000 /* how often requests without an answer are looked for */
#define SECOND   1000000
#define READ_MAX 65536

struct loader {
	const struct load_plan *plan;
	struct load_result *result;
	int epoll;
	struct connection *connections;
	struct connection **idle;
	size_t idle_n, busy_n;
	uint64_t next; /* how many requests were begun */
	int64_t start_us, end_us;
	char input[READ_MAX];
};

static int64_t
now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

/* When the next request is due; in a closed loop now. */
static int64_t
due_us(const struct loader *loader, int64_t now)
{
	const uint64_t rate = loader->plan->rate;
	return rate ? loader->start_us + (int64_t)(loader->next * SECOND / rate) : now;
}

static void
idle_add(struct loader *loader, struct connection *connection)
{
	loader->idle[loader->idle_n++] = connection;
}

static enum err
connection_renew(struct loader *loader, struct connection *connection)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
	enum err err = connection_open(connection, loader->plan->port);
	if (err != OK)
		return err;
	return epoll_ctl(loader->epoll, EPOLL_CTL_ADD, connection->fd, &event) == 0
	               ? OK
	               : ERR_SYSTEM_HERE();
}

/* The request in flight fails, and the client goes on with another connection. */
static enum err
request_fail(struct loader *loader, struct connection *connection)
{
	loader->result->failed++;
	loader->busy_n--;
	connection->busy = false;
	idle_add(loader, connection);
	return connection_renew(loader, connection);
}

static void
answer_count(struct loader *loader, const struct connection *connection, int64_t now)
{
	const unsigned status = connection->response.status;
	loader->result->statuses[status]++;
	if (status == 429 || status == 503)
		histogram_add(&loader->result->refused, now - connection->due_us);
	if (now >= loader->end_us)
		return;
	struct load_second *second = &loader->result->seconds[(now - loader->start_us) / SECOND];
	second->answers++;
	if (status == request_good_status(loader->plan->requests.kind))
		second->good++;
	histogram_add(&second->latency, now - connection->due_us);
}

static enum err
answer_end(struct loader *loader, struct connection *connection)
{
	answer_count(loader, connection, now_us());
	loader->busy_n--;
	connection->busy = false;
	idle_add(loader, connection);
	return connection->response.closes ? connection_renew(loader, connection) : OK;
}

static enum err
input_take(struct loader *loader, struct connection *connection)
{
	const ssize_t n = read(connection->fd, loader->input, sizeof(loader->input));
	if (!connection->busy) /* closed while it was idle */
		return connection_renew(loader, connection);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return OK;
	if (n <= 0 || response_feed(&connection->response, loader->input, (size_t)n) != OK)
		return request_fail(loader, connection);
	if (connection->response.part != RESPONSE_WHOLE)
		return OK;
	return answer_end(loader, connection);
}

static enum err
request_begin(struct loader *loader, int64_t now)
{
	struct connection *connection = loader->idle[--loader->idle_n];
	const int64_t due = due_us(loader, now);
	enum err err = request_make(&loader->plan->requests, loader->plan->first + loader->next++,
	                            &connection->request);
	if (err != OK)
		return err;
	loader->busy_n++;
	loader->result->sent++;
	return connection_send(connection, due, now) == OK ? OK : request_fail(loader, connection);
}

static enum err
requests_begin(struct loader *loader, int64_t now)
{
	enum err err = OK;
	/* One turn of the clients: a request that fails at once is not sent again before others. */
	for (size_t n = loader->idle_n; err == OK && n > 0 && loader->idle_n > 0; n--) {
		if (now >= loader->end_us || due_us(loader, now) > now)
			break;
		err = request_begin(loader, now);
	}
	return err;
}

static enum err
overdue_fail(struct loader *loader, int64_t now)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < loader->plan->connections; i++) {
		struct connection *connection = &loader->connections[i];
		if (connection->busy && now - connection->sent_us > LOAD_ANSWER_MS * INT64_C(1000))
			err = request_fail(loader, connection);
	}
	return err;
}

/* Waits for answers, until the next request is due, or for one tick. */
static enum err
wait_and_take(struct loader *loader, int64_t now)
{
	struct epoll_event events[EVENTS];
	int64_t wait_us = TICK_US;
	if (loader->idle_n && now < loader->end_us) {
		const int64_t due = due_us(loader, now);
		wait_us = due <= now ? 0 : due - now < TICK_US ? due - now : TICK_US;
	}
	const struct timespec wait = {.tv_nsec = (long)wait_us * 1000};
	const int n = epoll_pwait2(loader->epoll, events, EVENTS, &wait, NULL);
	if (n < 0)
		return errno == EINTR ? OK : ERR_SYSTEM_HERE();
	enum err err = OK;
	for (int i = 0; err == OK && i < n; i++)
		err = input_take(loader, events[i].data.ptr);
	return err;
}

/* From the first request until every answer is there or overdue. */
static enum err
loop(struct loader *loader)
{
	enum err err = OK;
	int64_t now = loader->start_us, looked = now;
	while (err == OK && (now < loader->end_us || loader->busy_n > 0)) {
		err = requests_begin(loader, now);
		if (err == OK)
			err = wait_and_take(loader, now);
		now = now_us();
		if (err == OK && now - looked >= TICK_US) {
			looked = now;
			err = overdue_fail(loader, now);
		}
	}
	return err;
}

static enum err
connect_all(struct loader *loader)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < loader->plan->connections; i++) {
		connection_init(&loader->connections[i], LOAD_REQUEST_MAX);
		idle_add(loader, &loader->connections[i]);
	}
	for (size_t i = 0; err == OK && i < loader->plan->connections; i++)
		err = connection_renew(loader, &loader->connections[i]);
	return err;
}

static enum err
loader_open(struct loader *loader)
{
	const size_t n = loader->plan->connections;
	loader->epoll = epoll_create1(EPOLL_CLOEXEC);
	loader->connections = calloc(n, sizeof(*loader->connections));
	loader->idle = calloc(n, sizeof(struct connection *));
	loader->result->seconds = calloc(loader->plan->seconds, sizeof(struct load_second));
	if (!loader->connections || !loader->idle || !loader->result->seconds)
		return ERR_MEMORY;
	return loader->epoll >= 0 ? connect_all(loader) : ERR_SYSTEM_HERE();
}

static void
loader_close(struct loader *loader)
{
	for (size_t i = 0; loader->connections && i < loader->plan->connections; i++)
		connection_done(&loader->connections[i]);
	free(loader->connections);
	free(loader->idle);
	if (loader->epoll >= 0)
		close(loader->epoll);
}

static void
result_finish(const struct loader *loader)
{
	const struct load_plan *plan = loader->plan;
	const uint64_t due = plan->rate * plan->seconds;
	loader->result->elapsed_us = loader->end_us - loader->start_us;
	if (plan->rate && due > loader->next)
		loader->result->unsent = due - loader->next;
}

enum err
load_run(const struct load_plan *plan, struct load_result *ret_result)
{
	CLEANUP(free_p) struct loader *loader = calloc(1, sizeof(*loader));
	*ret_result = (struct load_result){0};
	if (!loader)
		return ERR_MEMORY;
	loader->plan = plan;
	loader->result = ret_result;
	loader->epoll = -1;
	enum err err = loader_open(loader);
	loader->start_us = now_us();
	loader->end_us = loader->start_us + (int64_t)plan->seconds * SECOND;
	if (err == OK)
		err = loop(loader);
	result_finish(loader);
	loader_close(loader);
	return err;
}

void
load_result_done(struct load_result *result)
{
	free(result->seconds);
	result->seconds = NULL;
}
