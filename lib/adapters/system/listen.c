/* SPDX-License-Identifier: MIT */
/* listen - a socket to accept at, by an address as settings give it. */
#include "adapters/system/listen.h"

#include "base/mem.h"

#include <errno.h>
#include <linux/filter.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define UNIX_PREFIX  "unix:"
#define ADDRESS_SIZE 256

#define TCP_FLAGS_AT 13 /* in a TCP header */
#define TCP_SYN      0x02
#define KEEP_WHOLE   0xffffffffu

/* The path of a unix:PATH, or NULL. */
static const char *
unix_path(const char *address)
{
	size_t n = strlen(UNIX_PREFIX);
	return strncmp(address, UNIX_PREFIX, n) == 0 ? address + n : NULL;
}

static enum err
unix_address(const char *path, struct sockaddr_un *ret_address)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (!*path || strlen(path) >= sizeof(address.sun_path))
		return ERR_INVALID;
	memcpy(address.sun_path, path, strlen(path) + 1);
	*ret_address = address;
	return OK;
}

/* Closes without losing the errno that is to be reported. */
static enum err
refused(int fd)
{
	int saved = errno;
	if (fd >= 0)
		close(fd);
	errno = saved;
	return ERR_SYSTEM_HERE();
}

/* Removes the file of a socket that nobody listens at any more; any other file stays. */
static enum err
stale_remove(const struct sockaddr_un *address)
{
	struct stat file;
	if (lstat(address->sun_path, &file) != 0)
		return errno == ENOENT ? OK : ERR_SYSTEM_HERE();
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ERR_SYSTEM_HERE();
	/* EAGAIN: a process listens at it, and is busy. */
	bool stays = !S_ISSOCK(file.st_mode) ||
	             connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	             errno != ECONNREFUSED;
	close(fd);
	errno = EADDRINUSE;
	if (stays)
		return ERR_SYSTEM_HERE();
	return unlink(address->sun_path) == 0 || errno == ENOENT ? OK : ERR_SYSTEM_HERE();
}

static enum err
unix_listen(const char *path, int backlog, int *ret_fd)
{
	struct sockaddr_un address;
	enum err err = unix_address(path, &address);
	if (err == OK)
		err = stale_remove(&address);
	if (err != OK)
		return err;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
	    chmod(path, 0660) != 0 || listen(fd, backlog) != 0)
		return refused(fd);
	*ret_fd = fd;
	return OK;
}

/* Splits HOST:PORT, taking the brackets off an IPv6 address. */
static enum err
host_split(const char *address, char host[ADDRESS_SIZE], const char **ret_port)
{
	const char *colon = strrchr(address, ':');
	size_t n = colon ? (size_t)(colon - address) : 0;
	if (n == 0 || n >= ADDRESS_SIZE || !colon[1])
		return ERR_INVALID;
	if (address[0] == '[' && address[n - 1] == ']') {
		address++;
		n -= 2;
	}
	memcpy(host, address, n);
	host[n] = '\0';
	*ret_port = colon + 1;
	return OK;
}

static enum err
inet_listen(const char *text, int backlog, int *ret_fd)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
	                               .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *found;
	char host[ADDRESS_SIZE];
	const char *port;
	const int on = 1;
	enum err err = host_split(text, host, &port);
	if (err != OK)
		return err;
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return ERR_INVALID;
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, backlog) != 0)
		err = refused(fd);
	else
		*ret_fd = fd;
	freeaddrinfo(found);
	return err;
}

enum err
listen_at(const char *address, int backlog, int *ret_fd)
{
	const char *path = unix_path(address);
	return path ? unix_listen(path, backlog, ret_fd) : inet_listen(address, backlog, ret_fd);
}

/*
 * The kernel asks this program about each packet that comes to the listening socket, from its TCP
 * header on: one that begins a connection is dropped, as if it had got lost; the last one of a
 * handshake passes.
 */
static enum err
beginnings_drop(int fd)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, TCP_FLAGS_AT),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TCP_SYN, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, KEEP_WHOLE),
	};
	const struct sock_fprog program = {.len = ARRAY_SIZE(steps), .filter = steps};
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) != 0)
		return ERR_SYSTEM_HERE();
	return OK;
}

enum err
listen_leave(const char *address, int fd)
{
	const char *path = unix_path(address);
	if (!path)
		return beginnings_drop(fd);
	return unlink(path) == 0 || errno == ENOENT ? OK : ERR_SYSTEM_HERE();
}

bool
listen_is_waited_at(int fd)
{
	struct pollfd polled = {.fd = fd, .events = POLLIN};
	return poll(&polled, 1, 0) == 1 && (polled.revents & POLLIN);
}

void
listen_unlink(const char *address)
{
	const char *path = unix_path(address);
	if (path)
		unlink(path);
}
