/* SPDX-License-Identifier: MIT */
/* A worker as a process: it starts without its broker, answers its admin listener, and ends as
 * requested. */
#include "tests/integration/suites.h"

#include "tests/contract/life.h"
#include "tests/integration/rabbit.h"
#include "tests/unit/test.h"

#include "base/mem.h"
#include "workers/worker.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_MS  20000
#define NO_BROKER "1" /* a port on which no broker listens */

/* The child reports what it does, a character each, and waits at the gate in apply. */
static int reports[2], gate[2];

static void
report(char what)
{
	if (write(reports[1], &what, 1) != 1)
		abort();
}

static enum err
apply(const struct app *app, const struct event events[], size_t n)
{
	char on;
	(void)app, (void)events, (void)n;
	report('a');
	return read(gate[0], &on, 1) == 1 ? OK : ERR_BUG;
}

static enum err
work(const struct app *app, bool *ret_more)
{
	(void)app, (void)ret_more;
	report('j');
	return OK;
}

static enum err
parts_open(const struct settings *settings, struct app **ret_app)
{
	static struct app app;
	app = (struct app){.settings = settings};
	*ret_app = &app;
	return OK;
}

static void
parts_close(struct app *app)
{
	(void)app;
	report('c');
}

static const struct worker_job jobs[] = {{"work", 0, work}};

static const struct worker worker = {
	.name = "worker-alarm",
	.context = "alarm",
	.takes = {[EVENT_BOOKED] = true},
	.apply = apply,
	.jobs = jobs,
	.n_jobs = ARRAY_SIZE(jobs),
	.open = parts_open,
	.close = parts_close,
};

static struct sockaddr_un
admin_address(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/hotel-worker-%d.sock",
	         (int)getpid());
	return address;
}

static void
settings_set(const char *port)
{
	char admin[128];
	snprintf(admin, sizeof(admin), "unix:%s", admin_address().sun_path);
	assert_return_code(setenv("HOTEL_AMQP_PORT", port, 1), 0);
	assert_return_code(setenv("HOTEL_AMQP_USER", "hotel_alarm", 1), 0);
	assert_return_code(setenv("HOTEL_AMQP_PASSWORD", "test", 1), 0);
	assert_return_code(setenv("HOTEL_SETTLE_INTERVAL_MS", "50", 1), 0);
	assert_return_code(setenv("HOTEL_LOG_LEVEL", "error", 1), 0);
	assert_return_code(setenv("HOTEL_ADMIN_SOCKET", admin, 1), 0);
}

static pid_t
start(const char *port)
{
	static char name[] = "worker-alarm", *argv[] = {name, NULL};
	settings_set(port);
	assert_return_code(pipe(reports), 0);
	assert_return_code(pipe(gate), 0);
	pid_t pid = fork();
	assert_return_code(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(worker_run(&worker, 1, argv));
	}
	close(reports[1]);
	return pid;
}

/* Waits until the child has reported this; other reports are ignored. */
static void
await_report(char what)
{
	struct pollfd fd = {.fd = reports[0], .events = POLLIN};
	char reported = 0;
	while (reported != what) {
		assert_int_equal(poll(&fd, 1, LIMIT_MS), 1);
		assert_int_equal(read(reports[0], &reported, 1), 1);
	}
}

/* Terminates it; its exit status. The end of the composition is awaited first, with a limit. */
static int
end(pid_t pid)
{
	int status;
	assert_return_code(kill(pid, SIGTERM), 0);
	await_report('c');
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(reports[0]);
	close(gate[0]);
	close(gate[1]);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Asks the admin listener. */
static void
ask(const char *path, char *ret_answer, size_t size)
{
	struct sockaddr_un address = admin_address();
	size_t len = 0;
	ssize_t n = 1;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_return_code(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_true(dprintf(fd, "GET %s HTTP/1.0\r\n\r\n", path) > 0);
	for (; n > 0 && len < size - 1; len += (size_t)n) {
		n = read(fd, ret_answer + len, size - 1 - len);
		assert_return_code(n, 0);
	}
	ret_answer[len] = '\0';
	close(fd);
}

static void
without_a_broker_a_worker_is_ready_does_its_jobs_and_ends_when_requested(void **state)
{
	(void)state;
	char answer[8192];
	pid_t pid = start(NO_BROKER);
	await_report('j');
	await_report('j');
	ask("/readyz", answer, sizeof(answer));
	assert_non_null(strstr(answer, " 200 "));
	ask("/metrics", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\nhotel_broker_connected{thread=\"consume\"} 0\n"));
	assert_null(strstr(answer, "\nhotel_queue_messages"));
	assert_int_equal(end(pid), 0);
}

static void
a_worker_that_is_to_end_finishes_its_batch(void **state)
{
	(void)state;
	char port[16];
	struct event event = life_book(1, 2, BOOK_BOOKED);
	rabbit_drain("alarm", "q.alarm");
	rabbit_publish(&event);
	snprintf(port, sizeof(port), "%" PRIu32, rabbit_options("alarm", 0).port);
	pid_t pid = start(port);
	await_report('a');
	assert_return_code(kill(pid, SIGTERM), 0);
	assert_int_equal(write(gate[1], "!", 1), 1);
	assert_int_equal(end(pid), 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
}

static void
a_worker_that_is_killed_in_a_batch_leaves_it_to_the_next_worker(void **state)
{
	(void)state;
	char port[16];
	struct event event = life_book(1, 2, BOOK_BOOKED);
	rabbit_drain("alarm", "q.alarm");
	rabbit_publish(&event);
	snprintf(port, sizeof(port), "%" PRIu32, rabbit_options("alarm", 0).port);
	for (int turn = 0; turn < 3; turn++) {
		pid_t pid = start(port);
		await_report('a');
		if (turn < 2) {
			assert_return_code(kill(pid, SIGKILL), 0);
			assert_int_equal(waitpid(pid, NULL, 0), pid);
			continue;
		}
		assert_int_equal(write(gate[1], "!", 1), 1);
		assert_int_equal(end(pid), 0);
	}
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm.dead"), 0);
}

static void
a_worker_that_is_stuck_in_a_batch_ends_and_leaves_it_to_the_next_worker(void **state)
{
	(void)state;
	char port[16];
	int status;
	struct event event = life_book(1, 2, BOOK_BOOKED);
	rabbit_drain("alarm", "q.alarm");
	rabbit_publish(&event);
	snprintf(port, sizeof(port), "%" PRIu32, rabbit_options("alarm", 0).port);
	assert_return_code(setenv("HOTEL_ROUND_TIMEOUT_MS", "1000", 1), 0);
	pid_t stuck = start(port);
	assert_return_code(unsetenv("HOTEL_ROUND_TIMEOUT_MS"), 0);
	await_report('a');
	assert_int_equal(waitpid(stuck, &status, 0), stuck);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	pid_t next = start(port);
	await_report('a');
	assert_int_equal(write(gate[1], "!", 1), 1);
	assert_int_equal(end(next), 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
}

static void
wrong_usage_and_wrong_settings_end_with_status_2(void **state)
{
	(void)state;
	static char name[] = "worker-alarm", option[] = "--chekc-config";
	char *const argv[] = {name, option, NULL};
	settings_set(NO_BROKER);
	assert_int_equal(worker_run(&worker, 2, (char **)(uintptr_t)argv), 2);
	assert_return_code(setenv("HOTEL_AMQP_HEARTBEAT_S", "soon", 1), 0);
	assert_int_equal(worker_run(&worker, 1, (char **)(uintptr_t)argv), 2);
	assert_return_code(unsetenv("HOTEL_AMQP_HEARTBEAT_S"), 0);
	assert_return_code(unsetenv("HOTEL_AMQP_USER"), 0);
	assert_int_equal(worker_run(&worker, 1, (char **)(uintptr_t)argv), 2);
}

int
worker_suite(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			without_a_broker_a_worker_is_ready_does_its_jobs_and_ends_when_requested),
		cmocka_unit_test(a_worker_that_is_to_end_finishes_its_batch),
		cmocka_unit_test(a_worker_that_is_killed_in_a_batch_leaves_it_to_the_next_worker),
		cmocka_unit_test(
			a_worker_that_is_stuck_in_a_batch_ends_and_leaves_it_to_the_next_worker),
		cmocka_unit_test(wrong_usage_and_wrong_settings_end_with_status_2),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
