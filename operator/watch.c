/*
 * hotel-watch - kills processes that do not answer /livez any more; the supervisor starts them
 * anew.
 *
 * A process whose threads are stuck ends by itself. One that does not run at all, because it was
 * stopped or its every thread hangs, cannot; from outside it is seen by its silence. Whose an admin
 * socket is, the kernel tells: no list of processes is kept, and nobody else's can be hit.
 */
#include "app/settings.h"
#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define EXIT_USAGE   2
#define LOOKS        3 /* without an answer before a process is killed */
#define SOCKETS_MAX  256
#define TEXT_MAX     65536
#define SOCKET_FIRST 1 /* the least length of a socket's name before ".sock" */

extern char **environ;

/* A process at its admin socket. */
struct watched {
	char name[64];    /* the file's */
	pid_t pid;        /* who listens there */
	int64_t heard_ms; /* when it answered last, or was first seen */
	int fd;           /* of the question under way; -1: none */
};

struct watch {
	const char *folder;
	int64_t limit_ms; /* of silence */
	size_t n;
	struct watched watched[SOCKETS_MAX];
};

static const char question[] = "GET /livez HTTP/1.0\r\nHost: hotel\r\n\r\n";

/* The one of this name, a new one if there is room; NULL if not. */
static struct watched *
watched_of(struct watch *watch, const char *name)
{
	for (size_t i = 0; i < watch->n; i++)
		if (strcmp(watch->watched[i].name, name) == 0)
			return &watch->watched[i];
	if (watch->n == SOCKETS_MAX || strlen(name) >= sizeof(watch->watched[0].name))
		return NULL;
	struct watched *fresh = &watch->watched[watch->n++];
	*fresh = (struct watched){.fd = -1};
	memcpy(fresh->name, name, strlen(name) + 1);
	return fresh;
}

/* A connection to it. One that is frozen still has a queue for us; ERR_TIMEOUT: it is full. */
static enum err
connect_to(const struct watch *watch, const char *name, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length =
		snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", watch->folder, name);
	if (length < 0 || (size_t)length >= sizeof(address.sun_path))
		return ERR_INVALID;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ERR_SYSTEM;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		*ret_fd = fd;
		return OK;
	}
	enum err err = errno == EAGAIN ? ERR_TIMEOUT : ERR_NOT_FOUND;
	close(fd);
	return err;
}

/* Asks one process. Where nobody listens there is nobody to watch: pid is 0 then. */
static void
ask(const struct watch *watch, struct watched *watched)
{
	struct ucred owner;
	socklen_t size = sizeof(owner);
	int fd;
	enum err err = connect_to(watch, watched->name, &fd);
	if (err != OK) {
		watched->pid = err == ERR_TIMEOUT ? watched->pid : 0;
		return;
	}
	watched->fd = fd;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &owner, &size) != 0)
		owner.pid = 0;
	if (owner.pid != watched->pid) {
		watched->pid = owner.pid;
		watched->heard_ms = monotonic_ms();
	}
	/* What cannot be sent is not answered, and that is what counts. */
	if (send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL) < 0)
		LOG(LOG_DEBUG, "not-asked", LOG_TEXT("socket", watched->name));
}

static bool
is_socket(const char *name)
{
	size_t length = strlen(name), suffix = strlen(".sock");
	return length >= suffix + SOCKET_FIRST && strcmp(name + length - suffix, ".sock") == 0;
}

static enum err
ask_all(struct watch *watch)
{
	DIR *folder = opendir(watch->folder);
	if (!folder)
		return ERR_SYSTEM;
	for (struct dirent *entry; (entry = readdir(folder));) {
		struct watched *watched =
			is_socket(entry->d_name) ? watched_of(watch, entry->d_name) : NULL;
		if (watched)
			ask(watch, watched);
	}
	closedir(folder);
	return OK;
}

/* Waits for an answer of any; false: no more came until then. */
static bool
hear(struct watch *watch, int64_t until_ms)
{
	struct pollfd polled[SOCKETS_MAX];
	size_t asked = 0;
	for (size_t i = 0; i < watch->n; i++) {
		polled[i] = (struct pollfd){.fd = watch->watched[i].fd, .events = POLLIN};
		asked += polled[i].fd >= 0;
	}
	int64_t left = until_ms - monotonic_ms();
	if (asked == 0 || left <= 0 || poll(polled, watch->n, (int)left) <= 0)
		return false;
	for (size_t i = 0; i < watch->n; i++) {
		struct watched *watched = &watch->watched[i];
		if (!polled[i].revents)
			continue;
		watched->heard_ms = monotonic_ms();
		close(watched->fd);
		watched->fd = -1;
	}
	return true;
}

/* Who has been silent for too long is killed. */
static void
judge(const struct watch *watch, struct watched *watched)
{
	if (watched->fd >= 0)
		close(watched->fd);
	watched->fd = -1;
	int64_t silent_ms = monotonic_ms() - watched->heard_ms;
	if (watched->pid <= 0 || silent_ms < watch->limit_ms)
		return;
	LOG(LOG_ERROR, "killed", LOG_TEXT("socket", watched->name), LOG_NUMBER("pid", watched->pid),
	    LOG_NUMBER("silent_ms", silent_ms));
	if (kill(watched->pid, SIGKILL) != 0)
		LOG(LOG_WARN, "not-killed", LOG_TEXT("error", strerror(errno)));
	watched->pid = 0;
}

static void
rest_until(int64_t until_ms)
{
	int64_t left = until_ms - monotonic_ms();
	if (left <= 0)
		return;
	const struct timespec rest = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
	nanosleep(&rest, NULL);
}

/* Until a signal ends this program, or the folder is gone. */
static enum err
run(struct watch *watch)
{
	enum err err;
	while ((err = ask_all(watch)) == OK) {
		int64_t until_ms = monotonic_ms() + watch->limit_ms / LOOKS;
		while (hear(watch, until_ms))
			continue;
		rest_until(until_ms);
		for (size_t i = 0; i < watch->n; i++)
			judge(watch, &watch->watched[i]);
	}
	return err;
}

int
main(int argc, char **argv)
{
	static struct watch watch;
	CLEANUP(buf_done) struct buf faults = BUF_INIT(TEXT_MAX);
	struct settings settings;
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("hotel-watch " HOTEL_VERSION) < 0;
	if (argc != 2 || *argv[1] == '-') {
		fputs("usage: hotel-watch FOLDER\n"
		      "Kills the processes at the admin sockets in FOLDER that do not answer for\n"
		      "HOTEL_LIVE_S seconds (0: none).\n",
		      argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
		return argc == 2 && strcmp(argv[1], "--help") == 0 ? EXIT_SUCCESS : EXIT_USAGE;
	}
	if (settings_read(environ, &settings, &faults) != OK) {
		fprintf(stderr, "%s", faults.data ? faults.data : "out of memory\n");
		return EXIT_USAGE;
	}
	log_init("hotel-watch", settings.log_level);
	watch.folder = argv[1];
	watch.limit_ms = INT64_C(1000) * settings.live_s;
	while (watch.limit_ms == 0)
		pause();
	enum err err = run(&watch);
	LOG(LOG_ERROR, "failed", LOG_TEXT("error", err_name(err)));
	return EXIT_FAILURE;
}
