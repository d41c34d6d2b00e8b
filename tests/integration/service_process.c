/* SPDX-License-Identifier: MIT */
#include "service_process.h"

#include "fastcgi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS      60000
#define SETTINGS_MAX 16
#define LOG_PIPE     (1 << 20)

int
service_folder_make(void **state)
{
	char *folder = strdup("/tmp/service-XXXXXX");
	*state = folder;
	return folder && mkdtemp(folder) ? 0 : -1;
}

int
service_folder_remove(void **state)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/socket", (char *)*state);
	unlink(path);
	snprintf(path, sizeof(path), "%s/admin", (char *)*state);
	unlink(path);
	int failed = rmdir(*state);
	free(*state);
	return failed;
}

/* Listens as a supervisor does for a FastCGI program. */
static int
listen_for(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1024), 0);
	return fd;
}

/* The descriptors a child starts with: 0 to 4. */
struct ends {
	int in, log, entered, gate;
};

/* In the child: its descriptors become 0 to 4, and it becomes the service. */
static void
become_service(const struct ends *ends, char *const environment[])
{
	const int at_start[] = {ends->in, STDOUT_FILENO, ends->log, ends->entered, ends->gate};
	int high[5];
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) /* a failed test leaves no process behind */
		_exit(99);
	for (int i = 0; i < 5; i++)
		high[i] = fcntl(at_start[i], F_DUPFD_CLOEXEC, 20); /* out of the way */
	for (int i = 0; i < 5; i++)
		if (high[i] < 0 || dup2(high[i], i) < 0)
			_exit(99);
	char name[] = "test-service", *const arguments[] = {name, NULL};
	execve(TEST_SERVICE, arguments, environment);
	_exit(99);
}

static struct service_process *
start(const char *folder, const char *admin_name, int listen_fd, const char *program_socket,
      const char *const settings[])
{
	struct service_process *process = calloc(1, sizeof(*process));
	char admin[160], own[160];
	const char *environment[SETTINGS_MAX] = {admin, own};
	size_t n = *program_socket ? 2 : 1;
	int log[2], entered[2], gate[2];
	assert_non_null(process);
	snprintf(process->socket, sizeof(process->socket), "%s/socket", folder);
	snprintf(process->admin, sizeof(process->admin), "%s/%s", folder, admin_name);
	snprintf(admin, sizeof(admin), "HOTEL_ADMIN_SOCKET=unix:%s", process->admin);
	snprintf(own, sizeof(own), "HOTEL_PROGRAM_SOCKET=%s", program_socket);
	for (; settings && *settings; settings++)
		environment[n++] = *settings;
	environment[n] = NULL;
	assert_int_equal(pipe2(log, O_CLOEXEC) | pipe2(entered, O_CLOEXEC) | pipe2(gate, O_CLOEXEC),
	                 0);
	assert_true(fcntl(log[0], F_SETPIPE_SZ, LOG_PIPE) >= LOG_PIPE); /* it must never block */
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct ends ends = {.in = listen_fd >= 0 ? listen_fd : null_fd,
	                    .log = log[1],
	                    .entered = entered[1],
	                    .gate = gate[0]};
	process->pid = fork();
	assert_true(process->pid >= 0);
	if (process->pid == 0)
		become_service(&ends, (char *const *)environment);
	close(log[1]);
	close(entered[1]);
	close(gate[0]);
	close(null_fd);
	process->log_fd = log[0];
	process->entered_fd = entered[0];
	process->gate_fd = gate[1];
	process->listen_fd = listen_fd;
	return process;
}

struct service_process *
service_start(const char *folder, const char *const settings[])
{
	char path[108];
	snprintf(path, sizeof(path), "%s/socket", folder);
	return start(folder, "admin", listen_for(path), "", settings);
}

struct service_process *
service_start_beside(const struct service_process *other)
{
	char folder[108];
	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(other->socket, '/') - other->socket),
	         other->socket);
	return start(folder, "admin-2", fcntl(other->listen_fd, F_DUPFD_CLOEXEC, 0), "", NULL);
}

struct service_process *
service_start_bound(const char *folder, const char *const settings[])
{
	char path[128];
	snprintf(path, sizeof(path), "unix:%s/socket", folder);
	return start(folder, "admin", -1, path, settings);
}

struct service_process *
service_start_alone(const char *folder)
{
	return start(folder, "admin", -1, "", NULL);
}

/* Reads what arrives within a minute; 0 at the end. */
static size_t
read_some(int fd, char *to, size_t n)
{
	struct pollfd polled = {.fd = fd, .events = POLLIN};
	assert_int_equal(poll(&polled, 1, WAIT_MS), 1);
	ssize_t got = read(fd, to, n);
	assert_true(got >= 0);
	return (size_t)got;
}

void
service_await_entered(struct service_process *process, int handlers)
{
	char byte;
	for (int i = 0; i < handlers; i++)
		assert_int_equal(read_some(process->entered_fd, &byte, 1), 1);
}

void
service_open_gate(struct service_process *process, int handlers)
{
	for (int i = 0; i < handlers; i++)
		assert_int_equal(write(process->gate_fd, "g", 1), 1);
}

void
service_await_log(struct service_process *process, const char *text)
{
	while (!strstr(process->log, text)) {
		size_t room = sizeof(process->log) - 1 - process->log_len;
		size_t n = read_some(process->log_fd, process->log + process->log_len, room);
		if (n == 0)
			fail_msg("the log ended without \"%s\":\n%s", text, process->log);
		process->log_len += n;
		process->log[process->log_len] = '\0';
	}
}

char *
service_ask(const struct service_process *process, const char *path)
{
	char request[128];
	size_t len = 0, n, size = 1 << 20;
	char *answer = calloc(1, size);
	int fd = fastcgi_connect(process->admin);
	assert_true(fd >= 0 && answer);
	snprintf(request, sizeof(request),
	         "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	while ((n = read_some(fd, answer + len, size - 1 - len)) > 0)
		len += n;
	close(fd);
	return answer;
}

void
service_terminate(const struct service_process *process)
{
	assert_int_equal(kill(process->pid, SIGTERM), 0);
}

/* Prints the log of a service that ended unexpectedly. */
static int
exit_status(struct service_process *process)
{
	int status;
	while (waitpid(process->pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int
service_await_exit(struct service_process *process)
{
	size_t n;
	do {
		size_t room = sizeof(process->log) - 1 - process->log_len;
		if (room == 0) /* keep the end of it only */
			room = sizeof(process->log) - 1, process->log_len = 0;
		n = read_some(process->log_fd, process->log + process->log_len, room);
		process->log_len += n;
		process->log[process->log_len] = '\0';
	} while (n > 0);
	int status = exit_status(process);
	if (strstr(process->log, "Sanitizer"))
		fail_msg("%s", process->log);
	close(process->log_fd);
	close(process->entered_fd);
	close(process->gate_fd);
	if (process->listen_fd >= 0)
		close(process->listen_fd);
	free(process);
	return status;
}

int
service_end(struct service_process *process)
{
	service_terminate(process);
	return service_await_exit(process);
}

void
service_kill(struct service_process *process)
{
	assert_int_equal(kill(process->pid, SIGKILL), 0);
	assert_int_equal(service_await_exit(process), 128 + SIGKILL);
}
