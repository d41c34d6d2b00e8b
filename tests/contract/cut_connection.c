/* SPDX-License-Identifier: MIT */
/* cut_connection - a proxy between a program and MariaDB that cuts a connection in COMMIT. */
#include "tests/contract/cut_connection.h"

#include "tests/unit/test.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un server;
static atomic_int next_cut;

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	return address;
}

/* Whether all bytes were sent. */
static bool
pass_on(int to, const char *bytes, size_t n)
{
	while (n) {
		ssize_t sent = send(to, bytes, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		bytes += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* COM_QUERY, then the text. */
static bool
is_commit(const char *bytes, size_t n)
{
	return memmem(bytes, n, "\003COMMIT", 7);
}

/* Whether the connection is still open. */
static bool
from_program(int program, int mariadb)
{
	char bytes[65536];
	ssize_t n = recv(program, bytes, sizeof(bytes), 0);
	if (n <= 0)
		return false;
	enum commit_cut cut = CUT_NONE;
	if (is_commit(bytes, (size_t)n))
		cut = (enum commit_cut)atomic_exchange(&next_cut, CUT_NONE);
	if (cut == CUT_BEFORE_COMMIT || !pass_on(mariadb, bytes, (size_t)n))
		return false;
	if (cut == CUT_NONE)
		return true;
	(void)!recv(mariadb, bytes, sizeof(bytes), 0); /* the reply: the COMMIT has happened */
	return false;
}

static bool
from_mariadb(int mariadb, int program)
{
	char bytes[65536];
	ssize_t n = recv(mariadb, bytes, sizeof(bytes), 0);
	return n > 0 && pass_on(program, bytes, (size_t)n);
}

static void *
connection_run(void *arg)
{
	int program = *(int *)arg;
	int mariadb = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd ends[2] = {{.fd = program, .events = POLLIN},
	                         {.fd = mariadb, .events = POLLIN}};
	bool whole = connect(mariadb, (struct sockaddr *)&server, sizeof(server)) == 0;
	free(arg);
	while (whole && poll(ends, 2, -1) > 0) {
		if (ends[0].revents)
			whole = from_program(program, mariadb);
		if (whole && ends[1].revents)
			whole = from_mariadb(mariadb, program);
	}
	close(program);
	close(mariadb);
	return NULL;
}

static void
thread_start(void *(*run)(void *), int fd)
{
	pthread_t thread;
	int *arg = malloc(sizeof(*arg));
	assert_non_null(arg);
	*arg = fd;
	assert_int_equal(pthread_create(&thread, NULL, run, arg), 0);
	pthread_detach(thread);
}

static void *
listener_run(void *arg)
{
	int listener = *(int *)arg;
	free(arg);
	for (;;) {
		int program = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (program >= 0)
			thread_start(connection_run, program);
	}
	return NULL;
}

void
cut_connection_start(const char *from, const char *to)
{
	const struct sockaddr_un address = address_of(from);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	server = address_of(to);
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 64), 0);
	thread_start(listener_run, listener);
}

void
cut_next_commit(enum commit_cut cut)
{
	atomic_store(&next_cut, cut);
}
