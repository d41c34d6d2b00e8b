/* SPDX-License-Identifier: MIT */
/* attach - runs a server on sockets that the socket holder keeps open. */
#include "compose/socket-holder/attach.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/log.h"
#include "base/mem.h"
#include "compose/socket-holder/handover.h"
#include "compose/socket-holder/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define RETRY_MS         100  /* between attempts to connect to the socket holder */
#define QUIT_REPEAT_MS   1000 /* a process that is still becoming nginx may miss the first signal */
#define EXIT_NOT_STARTED 127  /* the same status as in a shell */

struct supervised {
	int holder, signals;
	pid_t server;
	int64_t quit_ms; /* when the server got the first signal to quit; 0: not yet */
	int quit_signal;
	bool holder_gone;
};

/* ERR_NOT_FOUND: nothing listens there, or it does not accept in time. */
static enum err
holder_connect(const char *path, int *ret_fd)
{
	const struct timeval limit = {.tv_sec = ATTACH_REPLY_MS / 1000};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path))
		return ERR_INVALID;
	memcpy(address.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ERR_SYSTEM_HERE();
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		*ret_fd = fd;
		return OK;
	}
	close(fd);
	return ERR_NOT_FOUND;
}

/* Waits until the socket holder accepts. ERR_CLOSED: a signal to quit came first. */
static enum err
holder_await(const char *path, int signals, int *ret_fd)
{
	int64_t end_ms = monotonic_ms() + ATTACH_WAIT_MS;
	struct pollfd polled = {.fd = signals, .events = POLLIN};
	enum err err;
	while ((err = holder_connect(path, ret_fd)) == ERR_NOT_FOUND && monotonic_ms() < end_ms)
		if (poll(&polled, 1, RETRY_MS) > 0 && signals_want_quit(signals))
			return ERR_CLOSED;
	return err;
}

/* Exports the lines of the reply, and the numbers of the sockets. */
static enum err
environment_set(struct handover *handover)
{
	CLEANUP(buf_done) struct buf numbers = BUF_INIT(HANDOVER_TEXT_MAX);
	char *rest = handover->text, *line;
	while ((line = strsep(&rest, "\n")) && *line) {
		char *value = strchr(line, '=');
		if (!value || strncmp(line, HANDOVER_PREFIX, strlen(HANDOVER_PREFIX)) != 0)
			return ERR_MALFORMED;
		*value++ = '\0';
		if (setenv(line, value, 1) != 0)
			return ERR_MEMORY;
	}
	for (size_t i = 0; i < handover->n; i++) {
		enum err err = buf_addf(&numbers, "%d;", handover->sockets[i]);
		if (err != OK)
			return err;
	}
	if (handover->n == 0)
		return ERR_MALFORMED;
	return setenv("NGINX", numbers.data, 1) == 0 ? OK : ERR_MEMORY;
}

/* Only the server keeps the sockets: a copy left open in this process would outlive the server. */
static enum err
server_start(struct supervised *supervised, struct handover *handover, char **command)
{
	sigset_t none;
	enum err err = environment_set(handover);
	if (err != OK) {
		handover_close(handover);
		return err;
	}
	sigemptyset(&none);
	supervised->server = fork();
	if (supervised->server == 0) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		execvp(command[0], command);
		fprintf(stderr, "hotel-socket-holder: %s: %s\n", command[0], strerror(errno));
		_exit(EXIT_NOT_STARTED);
	}
	handover_close(handover);
	return supervised->server < 0 ? ERR_SYSTEM_HERE() : OK;
}

/* SIGQUIT: nginx finishes the requests in flight; SIGTERM: it ends at once. */
static void
server_quit(struct supervised *supervised, int signal)
{
	if (supervised->quit_ms == 0)
		supervised->quit_ms = monotonic_ms();
	supervised->quit_signal = signal;
	kill(supervised->server, signal);
}

/* Whether the server has ended. As process 1 of a container we also reap orphans. */
static bool
server_ended(const struct supervised *supervised, int *ret_status)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != supervised->server)
			continue;
		*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		return true;
	}
	return false;
}

/* The socket holder sends nothing after its reply, so anything readable means that it has ended.
 * Then no client can reach the server: stop it at once. */
static void
holder_lost(struct supervised *supervised)
{
	LOG(LOG_WARN, "holder-gone", LOG_NUMBER("server", supervised->server));
	close(supervised->holder);
	supervised->holder = -1;
	supervised->holder_gone = true;
	server_quit(supervised, SIGTERM);
}

/* Repeats the signal, and kills the server after ATTACH_QUIT_MS. */
static void
server_press(struct supervised *supervised)
{
	if (monotonic_ms() - supervised->quit_ms < ATTACH_QUIT_MS) {
		kill(supervised->server, supervised->quit_signal);
		return;
	}
	LOG(LOG_ERROR, "killed", LOG_NUMBER("server", supervised->server));
	kill(supervised->server, SIGKILL);
}

/* Returns the exit status of the server when it has ended. */
static int
server_supervise(struct supervised *supervised)
{
	int status;
	while (!server_ended(supervised, &status)) {
		struct pollfd polled[] = {{.fd = supervised->signals, .events = POLLIN},
		                          {.fd = supervised->holder, .events = POLLIN}};
		int n = poll(polled, ARRAY_SIZE(polled), supervised->quit_ms ? QUIT_REPEAT_MS : -1);
		if (n == 0)
			server_press(supervised);
		if (n <= 0)
			continue;
		if (polled[0].revents && signals_want_quit(supervised->signals))
			server_quit(supervised, SIGQUIT);
		if (polled[1].revents)
			holder_lost(supervised);
	}
	return supervised->holder_gone ? EXIT_FAILURE : status;
}

static int
fail(const char *path, enum err err)
{
	LOG(LOG_ERROR, "not-attached", LOG_TEXT("path", path),
	    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : err_name(err)));
	return EXIT_FAILURE;
}

int
holder_attach(const char *path, char **command)
{
	struct supervised supervised = {.holder = -1};
	struct handover handover;
	enum err err = signals_open(&supervised.signals);
	if (err == OK)
		err = holder_await(path, supervised.signals, &supervised.holder);
	if (err == ERR_CLOSED)
		return EXIT_SUCCESS;
	if (err == OK)
		err = handover_request(supervised.holder, HANDOVER_ATTACH, &handover);
	if (err == OK)
		err = server_start(&supervised, &handover, command);
	return err == OK ? server_supervise(&supervised) : fail(path, err);
}

int
holder_check(const char *path)
{
	struct handover handover;
	int fd;
	enum err err = holder_connect(path, &fd);
	if (err == OK)
		err = handover_request(fd, HANDOVER_CHECK, &handover);
	if (err != OK)
		return fail(path, err);
	return fputs(handover.text, stdout) < 0;
}
