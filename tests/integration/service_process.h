/* SPDX-License-Identifier: MIT */
/*
 * service_process - the test's service as a process of its own, as a supervisor would start it.
 */
#ifndef TESTS_INTEGRATION_SERVICE_PROCESS_H
#define TESTS_INTEGRATION_SERVICE_PROCESS_H

#include "unit/test.h"

#include <stdbool.h>
#include <sys/types.h>

struct service_process {
	pid_t pid;
	char socket[108];  /* where FastCGI is spoken */
	char admin[108];   /* of the admin listener */
	int listen_fd;     /* held open as a supervisor does; -1: not held */
	int entered_fd;    /* a byte for each handler that was entered */
	int gate_fd;       /* a byte lets one of them continue */
	int log_fd;        /* its stderr */
	char log[1 << 16]; /* the part that was read */
	size_t log_len;
};

/* A private folder: the state of a test. */
int service_folder_make(void **state);
int service_folder_remove(void **state);

/* Started with a listening socket as descriptor 0, and settings (NAME=value, NULL at the end). */
struct service_process *service_start(const char *folder, const char *const settings[]);

/* A second one behind the same socket. */
struct service_process *service_start_beside(const struct service_process *other);

/* One that opens its socket itself; one that has no socket. */
struct service_process *service_start_bound(const char *folder, const char *const settings[]);
struct service_process *service_start_alone(const char *folder);

void service_await_entered(struct service_process *process, int handlers);
void service_open_gate(struct service_process *process, int handlers);

/* Reads its log until the text occurs. */
void service_await_log(struct service_process *process, const char *text);

/* The whole response of the admin listener; the caller frees it. */
char *service_ask(const struct service_process *process, const char *path);

void service_terminate(const struct service_process *process);

/* Waits for its end, frees everything, and returns its exit status. */
int service_await_exit(struct service_process *process);

/* service_terminate() and service_await_exit(). */
int service_end(struct service_process *process);

/* kill -9. */
void service_kill(struct service_process *process);

#endif
