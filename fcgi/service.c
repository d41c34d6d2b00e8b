/* SPDX-License-Identifier: MIT */
/*
 * service - a FastCGI program from its command line to its end.
 *
 * The steps of a start are in run_start(), those of an end in run_drain() and run_end().
 */
#include "fcgi/service.h"

#include "adapters/system/listen.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fcgi/acceptor.h"
#include "program/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define INHERITED_FD 0
#define LEAVE_MS     100 /* a handshake that has begun is over by then */
#define READINESS_MS 200 /* between two checks whether the first request could be served */

static const char help[] =
	"Usage: $0 [--check-config | --routes | --version | --help]\n"
	"Serve HTTP requests of MyHotel over FastCGI.\n"
	"\n"
	"The program listens at HOTEL_PROGRAM_SOCKET, or at a listening socket that it inherits "
	"as\n"
	"descriptor 0. After SIGTERM or SIGINT it takes no new request, answers those in flight\n"
	"and ends. Settings come from the environment (HOTEL_*).\n"
	"\n"
	"Options:\n"
	"  --check-config  print every setting with its value and meaning\n"
	"  --routes        print the routes: method, path, listener\n"
	"  --version       print the version\n"
	"  --help          print this help\n"
	"\n"
	"Exit status:\n"
	"  0  ended as requested\n"
	"  1  failed\n"
	"  2  wrong usage or settings\n"
	"\n"
	"Examples:\n"
	"  HOTEL_PROGRAM_SOCKET=unix:/tmp/service.sock $0\n"
	"  $0 --check-config\n";

/* A running program. */
struct running_service {
	const struct service *service;
	struct daemon daemon;
	struct app *app;
	struct program program;
	struct stats *stats;
	struct acceptor *acceptor;
	int listen_fd;
	atomic_bool stopping;
};

/* ---- for the admin listener ------------------------------------------------------------------ */

static enum err
run_ready(void *arg)
{
	const struct running_service *run = arg;
	if (atomic_load(&run->stopping))
		return ERR_CLOSED;
	return run->service->ready ? run->service->ready(run->app) : OK;
}

static void
run_metrics(void *arg, struct metrics *to)
{
	struct running_service *run = arg;
	acceptor_metrics(run->acceptor, to);
	stats_metrics(run->stats, to);
	if (run->service->metrics)
		run->service->metrics(run->app, to);
}

/* ---- start ----------------------------------------------------------------------------------- */

/* Logs which part of the start failed. */
static enum err
start_failed(const char *what, enum err err)
{
	LOG(LOG_ERROR, "start-failed", LOG_TEXT("part", what), LOG_TEXT("outcome", err_name(err)),
	    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : ""));
	return err;
}

/* The socket that a supervisor holds: it keeps listening while this process is replaced. */
static enum err
listen_inherited(int backlog, int *ret_fd)
{
	const char *cure = "set HOTEL_PROGRAM_SOCKET, or pass a listening socket as "
			   "descriptor 0";
	int listens = 0;
	socklen_t size = sizeof(listens);
	if (getsockopt(INHERITED_FD, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens) {
		LOG(LOG_ERROR, "no-socket", LOG_TEXT("cure", cure));
		return ERR_INVALID;
	}
	int flags = fcntl(INHERITED_FD, F_GETFL);
	if (flags < 0 || fcntl(INHERITED_FD, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    listen(INHERITED_FD, backlog) != 0)
		return ERR_SYSTEM_HERE();
	*ret_fd = INHERITED_FD;
	return OK;
}

static bool
socket_is_own(const struct running_service *run)
{
	return *run->daemon.settings.program_socket;
}

/*
 * A socket of our own is opened once the first request could be served: until then clients reach
 * another replica, and a version that never becomes ready never gets a request. A socket that a
 * supervisor holds leads to no other replica, so nothing is gained by waiting. ERR_CLOSED: a signal
 * to end came meanwhile.
 */
static enum err
run_become_ready(struct running_service *run)
{
	enum err logged = OK, err;
	while (socket_is_own(run) && (err = run_ready(run)) != OK) {
		if (err != logged)
			LOG(LOG_WARN, "not-ready", LOG_TEXT("outcome", err_name(err)));
		logged = err;
		if (daemon_await_signal(&run->daemon, READINESS_MS))
			return ERR_CLOSED;
	}
	return OK;
}

/* run_end() undoes the steps that were taken. */
static enum err
run_start(struct running_service *run)
{
	const char *part = "composition";
	enum err err = run->service->open(&run->daemon.settings, &run->app);
	run->program = (struct program){
		.service = run->service, .settings = &run->daemon.settings, .app = run->app};
	if (err == OK) {
		part = "readiness";
		err = run_become_ready(run);
	}
	if (err == OK) {
		part = "socket";
		int backlog = (int)run->daemon.settings.backlog;
		const char *address = run->daemon.settings.program_socket;
		err = *address ? listen_at(address, backlog, &run->listen_fd)
		               : listen_inherited(backlog, &run->listen_fd);
	}
	if (err == OK) {
		part = "counters";
		err = stats_open(run->service, &run->stats);
	}
	if (err == OK) {
		part = "threads";
		err = acceptor_start(&run->program, run->stats, run->listen_fd, &run->acceptor);
	}
	if (err == OK) {
		part = "admin socket";
		err = daemon_admin(&run->daemon, run_ready, run_metrics, run);
	}
	if (err != OK)
		return err == ERR_CLOSED ? err : start_failed(part, err);
	LOG(LOG_INFO, "started", LOG_NUMBER("pid", getpid()),
	    LOG_NUMBER("threads", run->daemon.settings.threads));
	return OK;
}

/* ---- end --------------------------------------------------------------------------- */

/* A stuck thread cannot be ended, so the process ends; its supervisor starts another. */
static void
stuck_threads_check(void *arg)
{
	const struct running_service *run = arg;
	if (acceptor_check_threads(run->acceptor) != OK)
		_exit(EXIT_FAILURE);
}

/*
 * Drain before close: the socket ends with this process, and the connections in its queue would be
 * reset. So new clients are directed elsewhere first, and all that are queued are accepted. The
 * kernel does not report when a handshake that has begun is over, hence the pause.
 */
static void
socket_leave(struct running_service *run)
{
	int64_t until = monotonic_ms() + run->daemon.settings.request_timeout_ms;
	if (listen_leave(run->daemon.settings.program_socket, run->listen_fd) != OK)
		LOG(LOG_WARN, "leave", LOG_TEXT("error", strerror(errno)));
	do {
		sleep_ms(LEAVE_MS);
		stuck_threads_check(run);
	} while (listen_is_waited_at(run->listen_fd) && monotonic_ms() < until);
}

/* Answers every request in flight; if one is stuck, the check of the threads ends the process. */
static void
run_drain(struct running_service *run)
{
	LOG(LOG_INFO, "stopping", LOG_NUMBER("pid", getpid()));
	atomic_store(&run->stopping, true);
	if (socket_is_own(run))
		socket_leave(run);
	acceptor_stop(run->acceptor);
	if (run->service->stop)
		run->service->stop(run->app);
	if (socket_is_own(run))
		shutdown(run->listen_fd, SHUT_RDWR); /* from now on clients are refused at once */
	while (acceptor_join(run->acceptor, THREAD_CHECK_MS) != OK)
		stuck_threads_check(run);
}

/* Undoes a start, complete or not. */
static void
run_end(struct running_service *run)
{
	daemon_end(&run->daemon);
	if (run->listen_fd > INHERITED_FD)
		close(run->listen_fd);
	acceptor_free(run->acceptor);
	stats_close(run->stats);
	if (run->app)
		run->service->close(run->app);
}

static int
routes_print(const struct service *service)
{
	for (size_t i = 0; i < service->n_routes; i++) {
		const struct route *route = &service->routes[i];
		printf("%s %s %s\n", method_name(route->method), route->pattern,
		       route->internal ? "internal" : "public");
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
service_run(const struct service *service, int argc, char **argv)
{
	struct running_service run = {.service = service, .listen_fd = -1};
	int status;
	if (argc == 2 && strcmp(argv[1], "--routes") == 0)
		return routes_print(service);
	if (!daemon_start(&run.daemon, service->name, help, NULL, argc, argv, &status))
		return status;
	enum err err = run_start(&run);
	if (err == OK)
		daemon_await(&run.daemon, stuck_threads_check, &run);
	if (run.acceptor)
		run_drain(&run);
	run_end(&run);
	if (err != OK && err != ERR_CLOSED)
		return EXIT_FAILURE;
	LOG(LOG_INFO, "stopped", LOG_NUMBER("pid", getpid()));
	return EXIT_SUCCESS;
}
