/* attach - becomes the keeper of a server that takes its sockets from the door. */
#include "compose/socket-holder/attach.h"

#include "base/buf.h"
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

#define KNOCK_MS       100  /* between tries while the door is not there */
#define AGAIN_MS       1000 /* until the server is told again: what becomes nginx may not hear */
#define EXIT_NOT_BEGUN 127  /* as shells have it */

/* The server, and what ends it. */
struct keeper {
	int door, signals;
	pid_t server;
	int64_t quit_ms; /* when it was told to end first; 0: it was not */
	int quit_signal;
	bool door_gone;
};

/* ERR_NOT_FOUND: nobody is there, or does not hear. */
static enum err
door_connect(const char *path, int *ret_fd)
{
	const struct timeval limit = {.tv_sec = ENTER_SAY_MS / 1000};
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

/* Waits for the door. ERR_CLOSED: a signal came first. */
static enum err
door_await(const char *path, int signals, int *ret_fd)
{
	int64_t end_ms = monotonic_ms() + ENTER_DOOR_MS;
	struct pollfd polled = {.fd = signals, .events = POLLIN};
	enum err err;
	while ((err = door_connect(path, ret_fd)) == ERR_NOT_FOUND && monotonic_ms() < end_ms)
		if (poll(&polled, 1, KNOCK_MS) > 0 && signals_tell_to_end(signals))
			return ERR_CLOSED;
	return err;
}

/* Puts the lines of the answer into the environment, and the sockets' numbers. */
static enum err
environment_set(struct handover *handover)
{
	CLEANUP(buf_done) struct buf numbers = BUF_INIT(HANDOVER_TEXT_MAX);
	char *rest = handover->text, *line;
	while ((line = strsep(&rest, "\n")) && *line) {
		char *value = strchr(line, '=');
		if (!value || strncmp(line, "DOOR_", strlen("DOOR_")) != 0)
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

/* The sockets are the server's only: what is left open here would outlive it. */
static enum err
server_begin(struct keeper *keeper, struct handover *handover, char **command)
{
	sigset_t none;
	enum err err = environment_set(handover);
	if (err != OK) {
		handover_close(handover);
		return err;
	}
	sigemptyset(&none);
	keeper->server = fork();
	if (keeper->server == 0) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		execvp(command[0], command);
		fprintf(stderr, "hotel-socket-holder: %s: %s\n", command[0], strerror(errno));
		_exit(EXIT_NOT_BEGUN);
	}
	handover_close(handover);
	return keeper->server < 0 ? ERR_SYSTEM_HERE() : OK;
}

/* SIGQUIT: when all is answered that was begun; SIGTERM: at once. */
static void
server_end(struct keeper *keeper, int signal)
{
	if (keeper->quit_ms == 0)
		keeper->quit_ms = monotonic_ms();
	keeper->quit_signal = signal;
	kill(keeper->server, signal);
}

/* Whether the server has ended. As the first process of a container we are everybody's parent. */
static bool
server_ended(const struct keeper *keeper, int *ret_status)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != keeper->server)
			continue;
		*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		return true;
	}
	return false;
}

/* Without the door there is nobody who could hear an answer. */
static void
door_hear(struct keeper *keeper)
{
	LOG(LOG_WARN, "door-gone", LOG_NUMBER("server", keeper->server));
	close(keeper->door);
	keeper->door = -1;
	keeper->door_gone = true;
	server_end(keeper, SIGTERM);
}

/* Tells it again, and kills it in the end. */
static void
server_press(struct keeper *keeper)
{
	if (monotonic_ms() - keeper->quit_ms < ENTER_QUIT_MS) {
		kill(keeper->server, keeper->quit_signal);
		return;
	}
	LOG(LOG_ERROR, "killed", LOG_NUMBER("server", keeper->server));
	kill(keeper->server, SIGKILL);
}

/* Until the server has ended. */
static int
stay_beside(struct keeper *keeper)
{
	int status;
	while (!server_ended(keeper, &status)) {
		struct pollfd polled[] = {{.fd = keeper->signals, .events = POLLIN},
		                          {.fd = keeper->door, .events = POLLIN}};
		int n = poll(polled, ARRAY_SIZE(polled), keeper->quit_ms ? AGAIN_MS : -1);
		if (n == 0)
			server_press(keeper);
		if (n <= 0)
			continue;
		if (polled[0].revents && signals_tell_to_end(keeper->signals))
			server_end(keeper, SIGQUIT);
		if (polled[1].revents)
			door_hear(keeper);
	}
	return keeper->door_gone ? EXIT_FAILURE : status;
}

static int
fail(const char *path, enum err err)
{
	LOG(LOG_ERROR, "not-entered", LOG_TEXT("door", path),
	    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : err_name(err)));
	return EXIT_FAILURE;
}

int
door_enter(const char *path, char **command)
{
	struct keeper keeper = {.door = -1};
	struct handover handover;
	enum err err = signals_open(&keeper.signals);
	if (err == OK)
		err = door_await(path, keeper.signals, &keeper.door);
	if (err == ERR_CLOSED)
		return EXIT_SUCCESS;
	if (err == OK)
		err = handover_ask(keeper.door, HANDOVER_ENTER, &handover);
	if (err == OK)
		err = server_begin(&keeper, &handover, command);
	return err == OK ? stay_beside(&keeper) : fail(path, err);
}

int
door_look(const char *path)
{
	struct handover handover;
	int fd;
	enum err err = door_connect(path, &fd);
	if (err == OK)
		err = handover_ask(fd, HANDOVER_LOOK, &handover);
	if (err != OK)
		return fail(path, err);
	return fputs(handover.text, stdout) < 0;
}
