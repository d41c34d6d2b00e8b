/* SPDX-License-Identifier: MIT */
/*
 * hotel-watch - kills processes that do not answer /livez any more; the supervisor restarts them.
 *
 * A process with a stuck thread ends by itself. A process that is stopped, or whose every thread
 * hangs, cannot; it is recognised by missing answers. The kernel names the process that listens at
 * an admin socket, so there is no list of processes, and no other process can be killed.
 *
 * The watch also learns at once when a process ends, and then connects to supervisord, which starts
 * the next process only at the poll after the one that noticed the end; it polls once a second, and
 * whenever a client connects.
 */
#include "base/clock.h"
#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"
#include "tools/common/tool.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define MISSED_MAX  3    /* unanswered probes before a process is killed */
#define PAUSE_MS    5000 /* between probes if no process is to be killed */
#define WAKE_MS     1000 /* for the answer of supervisord */
#define SOCKETS_MAX 256

static const char help[] =
	"Usage: $0 FOLDER\n"
	"Kill processes that stop answering, so that the supervisor restarts them.\n"
	"\n"
	"Probes /livez at each socket FOLDER/admin/*.sock. A process that does not answer for\n"
	"HOTEL_LIVE_S seconds is killed; 0 kills none. When a process has ended,\n"
	"it connects to FOLDER/supervisor.sock, so that supervisord starts the next at once. Runs\n"
	"until a signal ends it or FOLDER is gone.\n"
	"\n"
	"Options:\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  1  FOLDER cannot be read\n"
	"  2  wrong usage or settings\n"
	"\n"
	"Examples:\n"
	"  HOTEL_LIVE_S=60 $0 .run/run\n";

/* A process at its admin socket. */
struct watched {
	char name[64];   /* of the socket's file */
	pid_t pid;       /* of the process that listens there; 0: none */
	unsigned missed; /* probes in a row that it left unanswered */
	bool pending;    /* a probe is unanswered, even if it could not be sent */
	int fd;          /* of the pending probe; -1: none */
	int pidfd;       /* readable when the process has ended; -1: unknown */
};

struct watch {
	const char *run;      /* the folder of the supervisor's socket */
	char admin[PATH_MAX]; /* the folder of the admin sockets */
	int64_t limit_ms;     /* without an answer; 0: no process is killed */
	size_t n;
	struct watched watched[SOCKETS_MAX];
};

/* The entry of this name, a new one if there is room; NULL: there is none. */
static struct watched *
watched_of(struct watch *watch, const char *name)
{
	for (size_t i = 0; i < watch->n; i++)
		if (strcmp(watch->watched[i].name, name) == 0)
			return &watch->watched[i];
	if (watch->n == SOCKETS_MAX || strlen(name) >= sizeof(watch->watched[0].name))
		return NULL;
	struct watched *fresh = &watch->watched[watch->n++];
	*fresh = (struct watched){.fd = -1, .pidfd = -1};
	memcpy(fresh->name, name, strlen(name) + 1);
	return fresh;
}

/* Connects to FOLDER/NAME. The queue of a stopped process still takes connections; ERR_TIMEOUT: it
 * is full. */
static enum err
connect_to(const char *folder, const char *name, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t size = sizeof(address.sun_path);
	int length = snprintf(address.sun_path, size, "%s/%s", folder, name);
	if (length < 0 || (size_t)length >= size)
		return ERR_INVALID;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ERR_SYSTEM_HERE();
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		*ret_fd = fd;
		return OK;
	}
	enum err err = errno == EAGAIN ? ERR_TIMEOUT : ERR_NOT_FOUND;
	close(fd);
	return err;
}

/* Connects to supervisord so that it polls now; the answer is ignored. If supervisord is busy, it
 * polls anyway. */
static void
supervisor_wake(const struct watch *watch)
{
	static const char request[] = "GET /RPC2 HTTP/1.0\r\n\r\n";
	const int64_t until_ms = monotonic_ms() + WAKE_MS;
	char answer[512];
	int fd;
	if (connect_to(watch->run, "supervisor.sock", &fd) != OK)
		return;
	struct pollfd polled = {.fd = fd, .events = POLLIN};
	int64_t left = send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) > 0 ? WAKE_MS : 0;
	while (left > 0 && poll(&polled, 1, (int)left) > 0 &&
	       recv(fd, answer, sizeof(answer), 0) > 0)
		left = until_ms - monotonic_ms();
	close(fd);
}

/* Replaces the pidfd. pid 0: there is no process any more. */
static void
pidfd_open_for(struct watched *watched, pid_t pid)
{
	if (watched->pidfd >= 0)
		close(watched->pidfd);
	watched->pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

/* Watches the process that listens there now. */
static void
listener_record(struct watched *watched)
{
	struct ucred listener = {0};
	socklen_t size = sizeof(listener);
	if (getsockopt(watched->fd, SOL_SOCKET, SO_PEERCRED, &listener, &size) != 0)
		listener.pid = 0;
	if (listener.pid == watched->pid)
		return;
	watched->pid = listener.pid;
	watched->missed = 0;
	pidfd_open_for(watched, listener.pid);
}

/* Sends a probe. If it cannot be sent it stays unanswered, and that is what counts. */
static void
probe(const struct watch *watch, struct watched *watched)
{
	static const char request[] = "GET /livez HTTP/1.0\r\nHost: hotel\r\n\r\n";
	enum err err = connect_to(watch->admin, watched->name, &watched->fd);
	watched->pending = err == OK || err == ERR_TIMEOUT;
	if (err == OK) {
		listener_record(watched);
		if (send(watched->fd, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0)
			LOG(LOG_DEBUG, "not-asked", LOG_TEXT("socket", watched->name));
	} else if (!watched->pending) {
		watched->pid = 0;
	}
}

static bool
is_socket(const char *name)
{
	size_t length = strlen(name), suffix = strlen(".sock");
	return length > suffix && strcmp(name + length - suffix, ".sock") == 0;
}

static enum err
probe_all(struct watch *watch)
{
	DIR *folder = opendir(watch->admin);
	if (!folder)
		return ERR_SYSTEM_HERE();
	for (struct dirent *entry; (entry = readdir(folder));) {
		struct watched *watched =
			is_socket(entry->d_name) ? watched_of(watch, entry->d_name) : NULL;
		if (watched)
			probe(watch, watched);
	}
	closedir(folder);
	return OK;
}

/* Waits for an answer or the end of a process; false: neither came until then. What has arrived is
 * read even if this program was stopped itself and the time is over. */
static bool
answers_read(struct watch *watch, int64_t until_ms)
{
	struct pollfd polled[2 * SOCKETS_MAX];
	bool ended = false;
	for (size_t i = 0; i < watch->n; i++) {
		polled[2 * i] = (struct pollfd){.fd = watch->watched[i].fd, .events = POLLIN};
		polled[2 * i + 1] =
			(struct pollfd){.fd = watch->watched[i].pidfd, .events = POLLIN};
	}
	int64_t left = until_ms - monotonic_ms();
	if (poll(polled, 2 * watch->n, left > 0 ? (int)left : 0) <= 0)
		return false;
	for (size_t i = 0; i < watch->n; i++) {
		if (polled[2 * i].revents) {
			watch->watched[i].missed = 0;
			watch->watched[i].pending = false;
			close(watch->watched[i].fd);
			watch->watched[i].fd = -1;
		}
		if (polled[2 * i + 1].revents) {
			pidfd_open_for(&watch->watched[i], 0);
			watch->watched[i].pid = 0;
			ended = true;
		}
	}
	if (ended)
		supervisor_wake(watch);
	return true;
}

/* Ends a probe. Kills a process that has left too many probes in a row unanswered. Probes are
 * counted, not the time: this program may have been stopped for a while and have sent none. */
static void
probe_end(const struct watch *watch, struct watched *watched)
{
	if (watched->fd >= 0)
		close(watched->fd);
	watched->fd = -1;
	if (!watched->pending)
		return;
	watched->missed++;
	if (watched->pid <= 0 || watch->limit_ms == 0 || watched->missed < MISSED_MAX)
		return;
	LOG(LOG_ERROR, "killed", LOG_TEXT("socket", watched->name), LOG_NUMBER("pid", watched->pid),
	    LOG_NUMBER("silent_ms", watched->missed * watch->limit_ms / MISSED_MAX));
	/* By its pidfd if there is one: its pid may belong to another process by now. */
	int failed = watched->pidfd >= 0
	                     ? (int)syscall(SYS_pidfd_send_signal, watched->pidfd, SIGKILL, NULL, 0)
	                     : kill(watched->pid, SIGKILL);
	if (failed)
		LOG(LOG_WARN, "not-killed", LOG_TEXT("error", strerror(errno)));
	watched->pid = 0;
}

/* Until a signal ends this program, or the folder is gone. */
static enum err
watch_folder(struct watch *watch)
{
	int64_t pause_ms = watch->limit_ms ? watch->limit_ms / MISSED_MAX : PAUSE_MS;
	enum err err;
	while ((err = probe_all(watch)) == OK) {
		int64_t until_ms = monotonic_ms() + pause_ms;
		while (answers_read(watch, until_ms))
			continue;
		for (size_t i = 0; i < watch->n; i++)
			probe_end(watch, &watch->watched[i]);
	}
	return err;
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	static struct watch watch;
	if (argc != 2 || *argv[1] == '-' || strlen(argv[1]) > sizeof(watch.admin) / 2)
		return WRONG_USAGE;
	watch.run = argv[1];
	watch.limit_ms = INT64_C(1000) * settings->live_s;
	snprintf(watch.admin, sizeof(watch.admin), "%s/admin", watch.run);
	enum err err = watch_folder(&watch);
	LOG(LOG_ERROR, "failed", LOG_TEXT("error", err_name(err)));
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-watch", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
