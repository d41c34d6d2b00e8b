/* SPDX-License-Identifier: MIT */
/* A breaker that processes share, and the bulkhead. */
#include "test.h"

#include "adapters/system/bulkhead.h"
#include "adapters/system/shared_breaker.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME "breaker-pay.2"

static const struct breaker_limits limits = {.failures = 3, .open_ms = 60000, .lease_ms = 1000};

static int
folder_make(void **state)
{
	char *folder = strdup("/tmp/shared-XXXXXX");
	if (!folder || !mkdtemp(folder))
		return -1;
	*state = folder;
	return 0;
}

static int
folder_remove(void **state)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/" FILE_NAME, (char *)*state);
	unlink(path);
	rmdir(*state);
	free(*state);
	return 0;
}

static void
fail_times(const struct shared_breaker *shared, int times)
{
	for (int i = 0; i < times; i++)
		shared->report(shared->self, BREAKER_PERMITTED, false);
}

/* Runs work in a process of its own, which then ends itself as kill -9 would. */
static void
in_another_process(const char *folder, void (*work)(const struct shared_breaker *))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct shared_breaker shared;
		if (shared_breaker_open(folder, "pay", &limits, &shared) != OK)
			_exit(1);
		work(&shared);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
fail_twice(const struct shared_breaker *shared)
{
	fail_times(shared, 2);
}

static void
failures_of_all_processes_count_together(void **state)
{
	struct shared_breaker shared;
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	in_another_process(*state, fail_twice);
	assert_int_equal(shared.permit(shared.self), BREAKER_PERMITTED);
	fail_times(&shared, 1);
	assert_int_equal(shared.permit(shared.self), BREAKER_REFUSED);
	shared_breaker_close(&shared);
}

static void
an_open_breaker_is_open_for_the_next_process_too(void **state)
{
	struct shared_breaker shared;
	in_another_process(*state, fail_twice);
	in_another_process(*state, fail_twice);
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	assert_int_equal(shared.permit(shared.self), BREAKER_REFUSED);
	shared_breaker_close(&shared);
}

static void
force(const struct shared_breaker *shared)
{
	shared_breaker_force(shared);
}

static void
what_the_operator_does_is_done_to_all_processes_at_once(void **state)
{
	struct shared_breaker shared;
	struct breaker breaker;
	assert_false(shared_breaker_exists(*state, "pay"));
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	assert_true(shared_breaker_exists(*state, "pay"));
	in_another_process(*state, force);
	assert_int_equal(shared.permit(shared.self), BREAKER_REFUSED);
	shared.read(shared.self, &breaker);
	assert_int_equal(breaker.state, BREAKER_FORCED);
	shared_breaker_reset(&shared);
	assert_int_equal(shared.permit(shared.self), BREAKER_PERMITTED);
	shared_breaker_close(&shared);
}

/* As a reboot leaves it: the same file, of which the boot id is another's. */
static void
pretend_a_reboot(const char *folder)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, sizeof(uint64_t), SEEK_SET), 0);
	assert_true(fputs("another boot", file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
a_reboot_closes_an_open_breaker_and_leaves_a_forced_one(void **state)
{
	struct shared_breaker shared;
	in_another_process(*state, fail_twice);
	in_another_process(*state, fail_twice);
	pretend_a_reboot(*state);
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	assert_int_equal(shared.permit(shared.self), BREAKER_PERMITTED);
	shared_breaker_force(&shared);
	shared_breaker_close(&shared);

	pretend_a_reboot(*state);
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	assert_int_equal(shared.permit(shared.self), BREAKER_REFUSED);
	shared_breaker_close(&shared);
}

static void
recover(const struct shared_breaker *shared)
{
	shared->recover(shared->self);
}

static void
what_one_process_hears_of_pay_closes_the_breaker_of_all(void **state)
{
	struct shared_breaker shared;
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	fail_times(&shared, 3);
	assert_int_equal(shared.permit(shared.self), BREAKER_REFUSED);
	in_another_process(*state, recover);
	assert_int_equal(shared.permit(shared.self), BREAKER_PERMITTED);
	shared_breaker_close(&shared);
}

static void
a_file_that_holds_something_else_becomes_a_closed_breaker(void **state)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/" FILE_NAME, (char *)*state);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		fputs("noise ", file);
	fclose(file);
	struct shared_breaker shared;
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	assert_int_equal(shared.permit(shared.self), BREAKER_PERMITTED);
	shared_breaker_close(&shared);
}

static void
a_folder_that_is_not_there_is_said(void **state)
{
	(void)state;
	struct shared_breaker shared;
	assert_err(shared_breaker_open("/nowhere/at/all", "pay", &limits, &shared), ERR_SYSTEM);
}

static void *
ask_many_times(void *arg)
{
	struct shared_breaker *shared = arg;
	for (int i = 0; i < 2000; i++) {
		enum breaker_permit permit = shared->permit(shared->self);
		if (permit != BREAKER_REFUSED)
			shared->report(shared->self, permit, i % 2);
	}
	return NULL;
}

static void
threads_may_ask_at_the_same_time(void **state)
{
	struct shared_breaker shared;
	pthread_t threads[4];
	assert_ok(shared_breaker_open(*state, "pay", &limits, &shared));
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_many_times, &shared), 0);
	for (int i = 0; i < 1000; i++) {
		shared_breaker_force(&shared);
		shared_breaker_reset(&shared);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	struct breaker breaker;
	shared.read(shared.self, &breaker);
	assert_true(breaker.state < BREAKER_STATE_MAX);
	shared_breaker_close(&shared);
}

static void
a_full_bulkhead_lets_nobody_in_until_somebody_leaves(void **state)
{
	(void)state;
	struct bulkhead bulkhead;
	struct bulkhead_state full, left;
	assert_ok(bulkhead_open(2, &bulkhead));
	assert_true(bulkhead.enter(bulkhead.self, 0, 0));
	assert_true(bulkhead.enter(bulkhead.self, 0, 0));
	assert_false(bulkhead.enter(bulkhead.self, 60000, 20));
	assert_false(bulkhead.enter(bulkhead.self, 20, 60000));
	bulkhead.read(bulkhead.self, &full);
	bulkhead.leave(bulkhead.self, false);
	bulkhead.read(bulkhead.self, &left);
	assert_int_equal(full.places, 2);
	assert_int_equal(full.busy, 2);
	assert_int_equal(full.refused, 2);
	assert_int_equal(left.busy, 1);
	assert_true(bulkhead.enter(bulkhead.self, 1500, 1500));
	bulkhead_close(&bulkhead);
}

#define CALLERS 8
#define CALL_MS 300
#define IDLE_MS 2000 /* less than all the calls, one after the other, take */

static void *
call_answered(void *arg)
{
	const struct bulkhead *bulkhead = arg;
	const bool entered = bulkhead->enter(bulkhead->self, IDLE_MS, 60000);
	if (entered) {
		sleep_ms(CALL_MS);
		bulkhead->leave(bulkhead->self, true);
	}
	return entered ? arg : NULL;
}

static void
a_full_bulkhead_is_waited_for_while_those_inside_are_answered(void **state)
{
	(void)state;
	struct bulkhead bulkhead;
	pthread_t callers[CALLERS];
	_Static_assert(IDLE_MS < CALLERS * CALL_MS - CALL_MS, "the last one waits longer");
	assert_ok(bulkhead_open(1, &bulkhead));
	for (size_t i = 0; i < CALLERS; i++)
		assert_int_equal(pthread_create(&callers[i], NULL, call_answered, &bulkhead), 0);
	for (size_t i = 0; i < CALLERS; i++) {
		void *entered = NULL;
		pthread_join(callers[i], &entered);
		assert_non_null(entered);
	}
	bulkhead_close(&bulkhead);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(failures_of_all_processes_count_together,
	                                        folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(an_open_breaker_is_open_for_the_next_process_too,
	                                        folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(
			what_the_operator_does_is_done_to_all_processes_at_once, folder_make,
			folder_remove),
		cmocka_unit_test_setup_teardown(
			a_reboot_closes_an_open_breaker_and_leaves_a_forced_one, folder_make,
			folder_remove),
		cmocka_unit_test_setup_teardown(
			what_one_process_hears_of_pay_closes_the_breaker_of_all, folder_make,
			folder_remove),
		cmocka_unit_test_setup_teardown(
			a_file_that_holds_something_else_becomes_a_closed_breaker, folder_make,
			folder_remove),
		cmocka_unit_test(a_folder_that_is_not_there_is_said),
		cmocka_unit_test_setup_teardown(threads_may_ask_at_the_same_time, folder_make,
	                                        folder_remove),
		cmocka_unit_test(a_full_bulkhead_lets_nobody_in_until_somebody_leaves),
		cmocka_unit_test(a_full_bulkhead_is_waited_for_while_those_inside_are_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
