/*
 * hotel-watch - kills processes that do not answer /livez any more; the supervisor starts them
 * anew.
 *
 * A process whose threads are stuck ends by itself. One that does not run at all, because it was
 * stopped or its every thread hangs, cannot; from outside it is seen by its silence. Whose an admin
 * socket is, the kernel tells: no list of processes is kept, and nobody else's can be hit.
 *
 * It hears of the end of a process at once, too, and then speaks to the supervisor: that one starts
 * the next process a step after it has seen the end of the last, and takes a step a second, or
 * whenever it is spoken to.
 */
#include "base/clock.h"
#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/settings.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define EXIT_USAGE  2
#define LOOKS       3    /* without an answer before a process is killed */
#define PAUSE_MS    5000 /* between looks where nobody is killed */
#define SPEAK_S     1    /* for the supervisor's answer */
#define SOCKETS_MAX 256
#define TEXT_MAX    65536

extern char **environ;

/* A process at its admin socket. */
struct watched {
	char name[64];   /* the file's */
	pid_t pid;       /* who listens there; 0: nobody */
	unsigned missed; /* questions in a row that it left unanswered */
	bool asked;      /* and not answered yet, even if it could not be connected to */
	int fd;          /* of the question under way; -1: none */
	int life;        /* readable when the process has ended; -1: unknown */
};

struct watch {
	const char *run;      /* the folder of the supervisor's socket */
	char admin[PATH_MAX]; /* the folder of the admin sockets */
	int64_t limit_ms;     /* of silence; 0: none */
	size_t n;
	struct watched watched[SOCKETS_MAX];
};

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
	*fresh = (struct watched){.fd = -1, .life = -1};
	memcpy(fresh->name, name, strlen(name) + 1);
	return fresh;
}

/* Connects to FOLDER/NAME. Who is frozen still has a queue for us; ERR_TIMEOUT: it is full. */
static enum err
connect_to(const char *folder, const char *name, int flags, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t size = sizeof(address.sun_path);
	int length = snprintf(address.sun_path, size, "%s/%s", folder, name);
	if (length < 0 || (size_t)length >= size)
		return ERR_INVALID;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
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

/* Says something to the supervisor, whatever it answers. */
static void
speak(const struct watch *watch)
{
	static const char words[] = "GET /RPC2 HTTP/1.0\r\n\r\n";
	const struct timeval limit = {.tv_sec = SPEAK_S};
	char answer[512];
	int fd;
	if (connect_to(watch->run, "supervisor.sock", 0, &fd) != OK)
		return;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
	    send(fd, words, sizeof(words) - 1, MSG_NOSIGNAL) > 0)
		while (recv(fd, answer, sizeof(answer), 0) > 0)
			continue;
	close(fd);
}

/* pid 0: no more. */
static void
life_watch(struct watched *watched, pid_t pid)
{
	if (watched->life >= 0)
		close(watched->life);
	watched->life = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

/* Whoever listens there now is the one to be watched. */
static void
owner_note(struct watched *watched)
{
	struct ucred owner = {0};
	socklen_t size = sizeof(owner);
	if (getsockopt(watched->fd, SOL_SOCKET, SO_PEERCRED, &owner, &size) != 0)
		owner.pid = 0;
	if (owner.pid == watched->pid)
		return;
	watched->pid = owner.pid;
	watched->missed = 0;
	life_watch(watched, owner.pid);
}

/* Asks one process. What cannot be sent is not answered, and that is what counts. */
static void
ask(const struct watch *watch, struct watched *watched)
{
	static const char question[] = "GET /livez HTTP/1.0\r\nHost: hotel\r\n\r\n";
	enum err err = connect_to(watch->admin, watched->name, SOCK_NONBLOCK, &watched->fd);
	watched->asked = err == OK || err == ERR_TIMEOUT;
	if (err == OK) {
		owner_note(watched);
		if (send(watched->fd, question, sizeof(question) - 1, MSG_NOSIGNAL) < 0)
			LOG(LOG_DEBUG, "not-asked", LOG_TEXT("socket", watched->name));
	} else if (!watched->asked) {
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
ask_all(struct watch *watch)
{
	DIR *folder = opendir(watch->admin);
	if (!folder)
		return ERR_SYSTEM_HERE();
	for (struct dirent *entry; (entry = readdir(folder));) {
		struct watched *watched =
			is_socket(entry->d_name) ? watched_of(watch, entry->d_name) : NULL;
		if (watched)
			ask(watch, watched);
	}
	closedir(folder);
	return OK;
}

static void
answer_note(struct watched *watched)
{
	watched->missed = 0;
	watched->asked = false;
	close(watched->fd);
	watched->fd = -1;
}

/* Waits for an answer or the end of any; false: there was no more until then. What has come is
 * heard even if we were frozen ourselves and it is too late to wait. */
static bool
hear(struct watch *watch, int64_t until_ms)
{
	struct pollfd polled[2 * SOCKETS_MAX];
	bool ended = false;
	for (size_t i = 0; i < watch->n; i++) {
		polled[2 * i] = (struct pollfd){.fd = watch->watched[i].fd, .events = POLLIN};
		polled[2 * i + 1] = (struct pollfd){.fd = watch->watched[i].life, .events = POLLIN};
	}
	int64_t left = until_ms - monotonic_ms();
	if (poll(polled, 2 * watch->n, left > 0 ? (int)left : 0) <= 0)
		return false;
	for (size_t i = 0; i < watch->n; i++) {
		if (polled[2 * i].revents)
			answer_note(&watch->watched[i]);
		if (polled[2 * i + 1].revents) {
			life_watch(&watch->watched[i], 0);
			watch->watched[i].pid = 0;
			ended = true;
		}
	}
	if (ended)
		speak(watch);
	return true;
}

/* By its pidfd where there is one: a number may have become another's. */
static int
end_it(const struct watched *watched)
{
	if (watched->life >= 0)
		return (int)syscall(SYS_pidfd_send_signal, watched->life, SIGKILL, NULL, 0);
	return kill(watched->pid, SIGKILL);
}

/* Who has left too many questions in a row unanswered is killed. They are counted, not the time: in
 * that, we may not have been there to ask. */
static void
judge(const struct watch *watch, struct watched *watched)
{
	if (watched->fd >= 0)
		close(watched->fd);
	watched->fd = -1;
	if (!watched->asked)
		return;
	watched->missed++;
	if (watched->pid <= 0 || watch->limit_ms == 0 || watched->missed < LOOKS)
		return;
	LOG(LOG_ERROR, "killed", LOG_TEXT("socket", watched->name), LOG_NUMBER("pid", watched->pid),
	    LOG_NUMBER("silent_ms", watched->missed * watch->limit_ms / LOOKS));
	if (end_it(watched) != 0)
		LOG(LOG_WARN, "not-killed", LOG_TEXT("error", strerror(errno)));
	watched->pid = 0;
}

/* Until a signal ends this program, or the folder is gone. */
static enum err
run(struct watch *watch)
{
	int64_t pause_ms = watch->limit_ms ? watch->limit_ms / LOOKS : PAUSE_MS;
	enum err err;
	while ((err = ask_all(watch)) == OK) {
		int64_t until_ms = monotonic_ms() + pause_ms;
		while (hear(watch, until_ms))
			continue;
		for (size_t i = 0; i < watch->n; i++)
			judge(watch, &watch->watched[i]);
	}
	return err;
}

static int
usage(FILE *to, int status)
{
	fputs("usage: hotel-watch FOLDER\n"
	      "Kills the processes at the sockets in FOLDER/admin that do not answer for\n"
	      "HOTEL_LIVE_S seconds (0: none), and speaks to FOLDER/supervisor.sock when one has\n"
	      "ended.\n",
	      to);
	return status;
}

int
main(int argc, char **argv)
{
	static struct watch watch;
	CLEANUP(buf_done) struct buf faults = BUF_INIT(TEXT_MAX);
	struct settings settings;
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("hotel-watch " HOTEL_VERSION) < 0;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout, EXIT_SUCCESS);
	if (argc != 2 || *argv[1] == '-' || strlen(argv[1]) > sizeof(watch.admin) / 2)
		return usage(stderr, EXIT_USAGE);
	if (settings_read(environ, &settings, &faults) != OK) {
		fprintf(stderr, "%s", faults.data ? faults.data : "out of memory\n");
		return EXIT_USAGE;
	}
	log_init("hotel-watch", settings.log_level);
	watch.run = argv[1];
	watch.limit_ms = INT64_C(1000) * settings.live_s;
	snprintf(watch.admin, sizeof(watch.admin), "%s/admin", watch.run);
	enum err err = run(&watch);
	LOG(LOG_ERROR, "failed", LOG_TEXT("error", err_name(err)));
	return EXIT_FAILURE;
}
