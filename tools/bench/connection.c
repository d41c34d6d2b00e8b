/* SPDX-License-Identifier: MIT */
#include "tools/bench/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define CONNECT_S 10

void
connection_init(struct connection *connection, size_t request_max)
{
	*connection = (struct connection){.fd = -1, .request = BUF_INIT(request_max)};
}

static void
hang_up(struct connection *connection)
{
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
}

/* On loopback the kernel accepts in nginx's place, so that connecting waits for nobody unless thousands do. */
static enum err
dial(int fd, uint16_t port)
{
	const struct timeval wait = {.tv_sec = CONNECT_S};
	const int on = 1;
	const struct sockaddr_in to = {.sin_family = AF_INET,
	                               .sin_port = htons(port),
	                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
		return ERR_SYSTEM_HERE();
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)))
		return ERR_UNAVAILABLE;
	return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 ? OK : ERR_SYSTEM_HERE();
}

enum err
connection_open(struct connection *connection, uint16_t port)
{
	hang_up(connection);
	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connection->fd >= 0 ? dial(connection->fd, port) : ERR_SYSTEM_HERE();
}

enum err
connection_send(struct connection *connection, int64_t due_us, int64_t now_us)
{
	connection->busy = true;
	connection->due_us = due_us;
	connection->sent_us = now_us;
	response_begin(&connection->response);
	/* A request is much smaller than the socket's buffer, which is empty: it goes whole or not at all. */
	const ssize_t n = send(connection->fd, connection->request.data, connection->request.len,
	                       MSG_NOSIGNAL);
	return n == (ssize_t)connection->request.len ? OK : ERR_CLOSED;
}

void
connection_done(struct connection *connection)
{
	hang_up(connection);
	buf_done(&connection->request);
}
