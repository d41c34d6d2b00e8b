/* SPDX-License-Identifier: MIT */
/* Where programs listen: unix sockets and ports, and what is no address. */
#include "test.h"

#include "adapters/system/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MOMENT_MS     300
#define SIZE_OF_PATHS 108 /* what a unix address holds, with the NUL */

static char address[128];

static int
address_make(void **state)
{
	(void)state;
	snprintf(address, sizeof(address), "unix:/tmp/listen-%d", (int)getpid());
	return 0;
}

static int
address_remove(void **state)
{
	(void)state;
	listen_unlink(address);
	return 0;
}

static void
what_is_no_address_is_invalid(void **state)
{
	(void)state;
	int fd = -7;
	static const char *const texts[] = {"",   "unix:", "here",        "127.0.0.1", ":80",
	                                    "x:", "[]:",   "127.0.0.1:x", "no host:80"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_err(listen_at(texts[i], 1, &fd), ERR_INVALID);
	assert_int_equal(fd, -7);
}

static void
a_path_that_is_too_long_is_invalid_and_never_cut(void **state)
{
	(void)state;
	char path[SIZE_OF_PATHS + 6] = "unix:/";
	int fd;
	memset(path + 6, 'x', SIZE_OF_PATHS - 1);
	path[6 + SIZE_OF_PATHS - 1] = '\0';
	assert_err(listen_at(path, 1, &fd), ERR_INVALID);
}

static void
a_port_can_be_listened_at(void **state)
{
	(void)state;
	int fd = -1, listens = 0;
	socklen_t size = sizeof(listens);
	assert_ok(listen_at("127.0.0.1:0", 1, &fd));
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size), 0);
	assert_int_equal(listens, 1);
	close(fd);
}

/* A client of the port that fd listens at: connected, or not within a moment. */
static int
client_connect(int fd, bool *ret_connected)
{
	struct sockaddr_in at;
	socklen_t size = sizeof(at);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(client >= 0);
	connect(client, (const struct sockaddr *)&at, sizeof(at));
	struct pollfd polled = {.fd = client, .events = POLLOUT};
	*ret_connected = poll(&polled, 1, MOMENT_MS) == 1 && polled.revents == POLLOUT;
	return client;
}

static void
a_port_that_is_left_keeps_who_has_come_and_takes_nobody_else(void **state)
{
	(void)state;
	int fd;
	bool connected;
	assert_ok(listen_at("127.0.0.1:0", 8, &fd));
	int before = client_connect(fd, &connected);
	assert_true(connected && listen_is_waited_at(fd));
	assert_ok(listen_leave("127.0.0.1:0", fd));
	int after = client_connect(fd, &connected);
	assert_false(connected);
	int taken = accept(fd, NULL, NULL);
	assert_int_equal(write(before, "x", 1), 1);
	assert_int_equal(recv(taken, &(char){0}, 1, 0), 1);
	assert_false(listen_is_waited_at(fd));
	close(taken);
	close(before);
	close(after);
	close(fd);
}

static void
a_unix_socket_that_is_left_keeps_who_has_come_and_can_be_bound_anew(void **state)
{
	(void)state;
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd, second;
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", strchr(address, '/'));
	assert_ok(listen_at(address, 8, &fd));
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_ok(listen_leave(address, fd));
	assert_ok(listen_leave(address, fd));
	assert_ok(listen_at(address, 8, &second));
	assert_true(listen_is_waited_at(fd));
	assert_false(listen_is_waited_at(second));
	close(client);
	close(fd);
	close(second);
}

static void
a_living_socket_is_not_taken_over_and_a_stale_one_is(void **state)
{
	(void)state;
	int first, second;
	assert_ok(listen_at(address, 1, &first));
	assert_err(listen_at(address, 1, &second), ERR_SYSTEM);
	assert_int_equal(errno, EADDRINUSE);
	close(first);
	assert_ok(listen_at(address, 1, &second));
	close(second);
}

static void
a_file_that_is_no_socket_is_left_alone(void **state)
{
	(void)state;
	int fd;
	const char *path = address + strlen("unix:");
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	assert_err(listen_at(address, 1, &fd), ERR_SYSTEM);
	assert_int_equal(access(path, F_OK), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, address_make, address_remove)
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_address_is_invalid),
		TEST(a_path_that_is_too_long_is_invalid_and_never_cut),
		TEST(a_port_can_be_listened_at),
		TEST(a_port_that_is_left_keeps_who_has_come_and_takes_nobody_else),
		TEST(a_unix_socket_that_is_left_keeps_who_has_come_and_can_be_bound_anew),
		TEST(a_living_socket_is_not_taken_over_and_a_stale_one_is),
		TEST(a_file_that_is_no_socket_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
