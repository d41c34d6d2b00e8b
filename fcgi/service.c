/* service - a FastCGI program from its command line to its end. */
#include "fcgi/service.h"

#include "adapters/system/admin.h"
#include "adapters/system/listen.h"
#include "base/log.h"
#include "base/mem.h"
#include "fcgi/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EXIT_USAGE   2
#define TEXT_MAX     (256 * 1024) /* bytes of what is printed */
#define WATCH_MS     1000         /* between looks at the threads */
#define INHERITED_FD 0

#define LEAVE_MS     100 /* a handshake that has begun is over by then */
#define READINESS_MS 200 /* between looks whether the first request could be served */

/* A running program. */
struct run {
	const struct service *service;
	struct settings settings;
	struct app *app;
	struct program program;
	struct stats *stats;
	struct acceptor *acceptor;
	struct admin *admin;
	int listen_fd;
	sigset_t stops; /* the signals that end it */
	atomic_bool stopping;
};

/* ---- the operator's questions ---------------------------------------------------------------- */

static enum err
run_ready(void *arg)
{
	const struct run *run = arg;
	if (atomic_load(&run->stopping))
		return ERR_CLOSED;
	return run->service->ready ? run->service->ready(run->app) : OK;
}

static void
run_metrics(void *arg, struct metrics *to)
{
	struct run *run = arg;
	acceptor_metrics(run->acceptor, to);
	stats_metrics(run->stats, to);
	if (run->service->metrics)
		run->service->metrics(run->app, to);
}

/* ---- from settings to threads ---------------------------------------------------------------- */

/* Says which part of the start failed. */
static enum err
start_failed(const char *what, enum err err)
{
	LOG(LOG_ERROR, "start-failed", LOG_TEXT("part", what), LOG_TEXT("outcome", err_name(err)),
	    LOG_TEXT("error", err == ERR_SYSTEM ? strerror(errno) : ""));
	return err;
}

/* The socket a supervisor holds for us: it goes on listening while we are replaced. */
static enum err
listen_inherited(int backlog, int *ret_fd)
{
	const char *cure = "set HOTEL_PROGRAM_SOCKET, or hand a listening socket in as "
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
socket_is_own(const struct run *run)
{
	return *run->settings.program_socket;
}

/* Whether a signal to end came within this time. */
static bool
stop_comes(const struct run *run, int64_t ms)
{
	const struct timespec limit = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	return sigtimedwait(&run->stops, NULL, &limit) > 0;
}

/*
 * A socket of our own is opened when the first request could be served: until then clients find
 * another replica, and a version that never becomes ready never gets a request. Behind a
 * supervisor's socket there is nobody else to find. ERR_CLOSED: we were told to end meanwhile.
 */
static enum err
run_become_ready(struct run *run)
{
	enum err said = OK, err;
	while (socket_is_own(run) && (err = run_ready(run)) != OK) {
		if (err != said)
			LOG(LOG_WARN, "not-ready", LOG_TEXT("outcome", err_name(err)));
		said = err;
		if (stop_comes(run, READINESS_MS))
			return ERR_CLOSED;
	}
	return OK;
}

static enum err
run_listen(struct run *run)
{
	int backlog = (int)run->settings.backlog;
	if (!socket_is_own(run))
		return listen_inherited(backlog, &run->listen_fd);
	return listen_at(run->settings.program_socket, backlog, &run->listen_fd);
}

static enum err
run_compose(struct run *run)
{
	enum err err = run->service->open(&run->settings, &run->app);
	run->program = (struct program){
		.service = run->service, .settings = &run->settings, .app = run->app};
	return err;
}

static enum err
run_count(struct run *run)
{
	return stats_open(run->service, &run->stats);
}

static enum err
run_serve(struct run *run)
{
	return acceptor_start(&run->program, run->stats, run->listen_fd, &run->acceptor);
}

static enum err
run_administer(struct run *run)
{
	const struct admin_hooks hooks = {.version = HOTEL_VERSION,
	                                  .folder = run->settings.run_dir,
	                                  .ready = run_ready,
	                                  .metrics = run_metrics,
	                                  .arg = run};
	return admin_open(run->settings.admin_socket, &hooks, &run->admin);
}

/* The steps of a start, in their order; run_end() undoes them. */
static const struct {
	const char *name;
	enum err (*take)(struct run *run);
} steps[] = {
	{"composition", run_compose}, {"readiness", run_become_ready},
	{"socket", run_listen},       {"counters", run_count},
	{"threads", run_serve},       {"admin socket", run_administer},
};

static enum err
run_start(struct run *run)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		enum err err = steps[i].take(run);
		if (err == ERR_CLOSED)
			return err;
		if (err != OK)
			return start_failed(steps[i].name, err);
	}
	LOG(LOG_INFO, "started", LOG_NUMBER("pid", getpid()),
	    LOG_NUMBER("threads", run->settings.threads));
	return OK;
}

/* ---- until the end --------------------------------------------------------------------------- */

/* Signals reach nobody but signal_await(): one that hits a thread in a read breaks the read. */
static void
signals_block(sigset_t *ret_stops)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	sigset_t all;
	sigfillset(&all);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		sigdelset(&all, faults[i]);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	sigemptyset(ret_stops);
	sigaddset(ret_stops, SIGTERM);
	sigaddset(ret_stops, SIGINT);
}

/* A stuck thread cannot be ended, so the process is; its supervisor starts another. */
static void
watch(struct run *run)
{
	if (acceptor_watch(run->acceptor) != OK)
		_exit(EXIT_FAILURE);
}

static void
stop_await(struct run *run)
{
	while (!stop_comes(run, WATCH_MS))
		watch(run);
}

/*
 * The socket ends with us, and whoever is in its queue would be broken off: new clients are led
 * away, and those who have come are all accepted first. Nothing tells when a handshake that has
 * begun is over, hence the pause.
 */
static void
socket_leave(struct run *run)
{
	const struct timespec pause = {.tv_nsec = LEAVE_MS * 1000000L};
	int64_t until = monotonic_ms() + run->settings.request_timeout_ms;
	if (listen_leave(run->settings.program_socket, run->listen_fd) != OK)
		LOG(LOG_WARN, "leave", LOG_TEXT("error", strerror(errno)));
	do {
		nanosleep(&pause, NULL);
		watch(run);
	} while (listen_is_waited_at(run->listen_fd) && monotonic_ms() < until);
}

/* Every request in flight is answered, or the watch ends the process. */
static void
run_drain(struct run *run)
{
	LOG(LOG_INFO, "stopping", LOG_NUMBER("pid", getpid()));
	atomic_store(&run->stopping, true);
	if (socket_is_own(run))
		socket_leave(run);
	acceptor_stop(run->acceptor);
	if (socket_is_own(run))
		shutdown(run->listen_fd, SHUT_RDWR); /* from now on they are refused at once */
	while (acceptor_join(run->acceptor, WATCH_MS) != OK)
		watch(run);
}

/* Undoes a start, whole or half. */
static void
run_end(struct run *run)
{
	admin_close(run->admin);
	if (run->listen_fd > INHERITED_FD)
		close(run->listen_fd);
	acceptor_free(run->acceptor);
	stats_close(run->stats);
	if (run->app)
		run->service->close(run->app);
}

static int
run_whole(struct run *run)
{
	signals_block(&run->stops);
	enum err err = run_start(run);
	if (err == OK)
		stop_await(run);
	if (run->acceptor)
		run_drain(run);
	run_end(run);
	if (err != OK && err != ERR_CLOSED)
		return EXIT_FAILURE;
	LOG(LOG_INFO, "stopped", LOG_NUMBER("pid", getpid()));
	return EXIT_SUCCESS;
}

/* ---- the command line ------------------------------------------------------------------------ */

static int
print(const struct buf *text)
{
	if (fputs(text->data ? text->data : "", stdout) < 0 || fflush(stdout) != 0)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

static int
help(struct run *run)
{
	printf("usage: %s [--check-config | --routes | --version | --help]\n\n"
	       "A FastCGI program. Settings come from the environment (HOTEL_*).\n\n"
	       "  --check-config  print every setting, its value and its meaning; 2 on faults\n"
	       "  --routes        print the routes: method, path, listener\n"
	       "  --version       print the version\n\n"
	       "It listens where HOTEL_PROGRAM_SOCKET says, or at a socket handed in as\n"
	       "descriptor 0. SIGTERM ends it when every request in flight has been answered.\n",
	       run->service->name);
	return EXIT_SUCCESS;
}

static int
version(struct run *run)
{
	printf("%s %s\n", run->service->name, HOTEL_VERSION);
	return EXIT_SUCCESS;
}

static int
routes(struct run *run)
{
	for (size_t i = 0; i < run->service->n_routes; i++) {
		const struct route *route = &run->service->routes[i];
		printf("%s %s %s\n", method_name(route->method), route->pattern,
		       route->internal ? "internal" : "public");
	}
	return EXIT_SUCCESS;
}

/* Reads the settings, or says what is wrong with all of them. */
static enum err
settings_take(struct run *run)
{
	CLEANUP(buf_done) struct buf faults = BUF_INIT(TEXT_MAX);
	enum err err = settings_read(environ, &run->settings, &faults);
	if (err != OK)
		fputs(faults.data ? faults.data : "out of memory\n", stderr);
	return err;
}

static int
check_config(struct run *run)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	if (settings_take(run) != OK)
		return EXIT_USAGE;
	if (conf_print(settings_items, settings_count, &run->settings, &text) != OK)
		return EXIT_FAILURE;
	return print(&text);
}

static int
serve(struct run *run)
{
	if (settings_take(run) != OK)
		return EXIT_USAGE;
	log_init(run->service->name, run->settings.log_level);
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	return run_whole(run);
}

static const struct {
	const char *name;
	int (*act)(struct run *run);
} options[] = {{"--help", help},
               {"--version", version},
               {"--routes", routes},
               {"--check-config", check_config}};

int
service_run(const struct service *service, int argc, char **argv)
{
	struct run run = {.service = service, .listen_fd = -1};
	if (argc <= 1)
		return serve(&run);
	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(options); i++)
		if (strcmp(argv[1], options[i].name) == 0)
			return options[i].act(&run);
	fprintf(stderr, "%s: this is no option: %s (see --help)\n", service->name,
	        argc == 2 ? argv[1] : "more than one");
	return EXIT_USAGE;
}
