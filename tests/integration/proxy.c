/* SPDX-License-Identifier: MIT */
#include "tests/integration/proxy.h"

#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS_MAX 8

struct proxy {
	pthread_t thread;
	pthread_mutex_t lock;
	enum proxy_mode mode;
	bool ending;
	int listen_fd, wake_fd;
	uint32_t port, to_port;
	int pairs[PAIRS_MAX][2]; /* the two ends of each; -1: none */
};

static struct sockaddr_in
address_of(uint32_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	                            .sin_port = htons((uint16_t)port),
	                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void
hang_up(int pair[2])
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	for (int end = 0; end < 2; end++) {
		if (pair[end] < 0)
			continue;
		setsockopt(pair[end], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(pair[end]);
		pair[end] = -1;
	}
}

static void
pick_up(struct proxy *proxy)
{
	struct sockaddr_in to = address_of(proxy->to_port);
	int pair[2] = {accept4(proxy->listen_fd, NULL, NULL, SOCK_CLOEXEC),
	               socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	if (proxy->mode == PROXY_CUT || connect(pair[1], (struct sockaddr *)&to, sizeof(to))) {
		hang_up(pair);
		return;
	}
	for (int i = 0; i < PAIRS_MAX; i++) {
		if (proxy->pairs[i][0] >= 0)
			continue;
		proxy->pairs[i][0] = pair[0];
		proxy->pairs[i][1] = pair[1];
		return;
	}
	hang_up(pair);
}

/* Forwards what one end has to the other. False when the end has closed. */
static bool
forward(int from, int to)
{
	char bytes[65536];
	ssize_t n = read(from, bytes, sizeof(bytes));
	for (ssize_t at = 0; n > 0 && at < n;) {
		ssize_t sent = send(to, bytes + at, (size_t)(n - at), MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		at += sent;
	}
	return n > 0;
}

static void
turn(struct proxy *proxy)
{
	struct pollfd fds[2 + 2 * PAIRS_MAX] = {{.fd = proxy->wake_fd, .events = POLLIN},
	                                        {.fd = proxy->listen_fd, .events = POLLIN}};
	bool silent = proxy->mode == PROXY_SILENT;
	for (int i = 0; i < 2 * PAIRS_MAX; i++)
		fds[2 + i] = (struct pollfd){.fd = silent ? -1 : proxy->pairs[i / 2][i % 2],
		                             .events = POLLIN};
	pthread_mutex_unlock(&proxy->lock);
	poll(fds, 2 + 2 * PAIRS_MAX, -1);
	pthread_mutex_lock(&proxy->lock);
	uint64_t count;
	if (fds[0].revents && read(proxy->wake_fd, &count, sizeof(count)) < 0)
		return;
	if (fds[1].revents)
		pick_up(proxy);
	for (int i = 0; proxy->mode == PROXY_FORWARD && i < 2 * PAIRS_MAX; i++) {
		int *pair = proxy->pairs[i / 2];
		if (fds[2 + i].revents && pair[0] >= 0 && !forward(pair[i % 2], pair[1 - i % 2]))
			hang_up(pair);
	}
	for (int i = 0; proxy->mode == PROXY_CUT && i < PAIRS_MAX; i++)
		hang_up(proxy->pairs[i]);
}

static void *
work(void *arg)
{
	struct proxy *proxy = arg;
	pthread_mutex_lock(&proxy->lock);
	while (!proxy->ending)
		turn(proxy);
	pthread_mutex_unlock(&proxy->lock);
	return NULL;
}

struct proxy *
proxy_open(uint32_t to_port)
{
	struct proxy *proxy = calloc(1, sizeof(*proxy));
	assert_non_null(proxy);
	struct sockaddr_in own = address_of(0);
	socklen_t len = sizeof(own);
	proxy->to_port = to_port;
	for (int i = 0; i < PAIRS_MAX; i++)
		proxy->pairs[i][0] = proxy->pairs[i][1] = -1;
	proxy->wake_fd = eventfd(0, EFD_CLOEXEC);
	proxy->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(proxy->listen_fd, (struct sockaddr *)&own, sizeof(own)), 0);
	assert_return_code(listen(proxy->listen_fd, 16), 0);
	assert_return_code(getsockname(proxy->listen_fd, (struct sockaddr *)&own, &len), 0);
	proxy->port = ntohs(own.sin_port);
	pthread_mutex_init(&proxy->lock, NULL);
	assert_int_equal(pthread_create(&proxy->thread, NULL, work, proxy), 0);
	return proxy;
}

uint32_t
proxy_port(const struct proxy *proxy)
{
	return proxy->port;
}

static void
wake(struct proxy *proxy)
{
	const uint64_t one = 1;
	assert_int_equal(write(proxy->wake_fd, &one, sizeof(one)), sizeof(one));
}

void
proxy_set(struct proxy *proxy, enum proxy_mode mode)
{
	pthread_mutex_lock(&proxy->lock);
	proxy->mode = mode;
	pthread_mutex_unlock(&proxy->lock);
	wake(proxy);
}

void
proxy_close(struct proxy *proxy)
{
	pthread_mutex_lock(&proxy->lock);
	proxy->ending = true;
	pthread_mutex_unlock(&proxy->lock);
	wake(proxy);
	pthread_join(proxy->thread, NULL);
	for (int i = 0; i < PAIRS_MAX; i++)
		hang_up(proxy->pairs[i]);
	close(proxy->listen_fd);
	close(proxy->wake_fd);
	free(proxy);
}
