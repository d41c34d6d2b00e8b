/* SPDX-License-Identifier: MIT */
/* A question that hangs keeps nobody waiting longer than he likes. */
#include "tests/unit/test.h"

#include "adapters/system/probe.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define LONG_MS 10000

/* What the question does: tells that it is asked, and says this once it may. */
static struct {
	int begun[2], may[2]; /* pipes: a byte for each */
	enum err says;
} question;

static enum err
ask(void *arg)
{
	char byte = 'b';
	(void)arg;
	if (write(question.begun[1], &byte, 1) != 1)
		return ERR_SYSTEM;
	return read(question.may[0], &byte, 1) == 1 ? question.says : ERR_CLOSED;
}

static void
let_it(void)
{
	assert_int_equal(write(question.may[1], "x", 1), 1);
}

/* From now on nothing holds it up. */
static void
let_it_always(void)
{
	close(question.may[1]);
	question.may[1] = -1;
}

static void
await_begun(void)
{
	char byte;
	assert_int_equal(read(question.begun[0], &byte, 1), 1);
}

/* How many more questions were begun than awaited. */
static int
begun_besides(void)
{
	int n;
	assert_return_code(ioctl(question.begun[0], FIONREAD, &n), 0);
	return n;
}

static int
begin(void **state)
{
	(void)state;
	return pipe(question.begun) || pipe(question.may);
}

static int
end(void **state)
{
	(void)state;
	if (question.may[1] >= 0)
		close(question.may[1]);
	return close(question.may[0]) || close(question.begun[0]) || close(question.begun[1]);
}

static void
the_answer_is_told(void **state)
{
	(void)state;
	struct probe *probe;
	assert_ok(probe_open(ask, NULL, &probe));
	question.says = ERR_UNAVAILABLE;
	let_it();
	assert_err(probe_ask(probe, LONG_MS), ERR_UNAVAILABLE);
	question.says = OK;
	let_it();
	assert_ok(probe_ask(probe, LONG_MS));
	assert_int_equal(begun_besides(), 2);
	probe_close(probe);
}

static void
a_question_that_hangs_is_no_answer_and_is_not_asked_again(void **state)
{
	(void)state;
	struct probe *probe;
	assert_ok(probe_open(ask, NULL, &probe));
	assert_err(probe_ask(probe, 20), ERR_TIMEOUT);
	await_begun();
	assert_err(probe_ask(probe, 20), ERR_TIMEOUT);
	assert_int_equal(begun_besides(), 0);
	let_it_always();
	assert_err(probe_ask(probe, LONG_MS), ERR_CLOSED);
	probe_close(probe);
}

static void
nobody_has_to_ask(void **state)
{
	(void)state;
	struct probe *probe;
	assert_ok(probe_open(ask, NULL, &probe));
	probe_close(probe);
	probe_close(NULL);
	assert_int_equal(begun_besides(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_answer_is_told, begin, end),
		cmocka_unit_test_setup_teardown(
			a_question_that_hangs_is_no_answer_and_is_not_asked_again, begin, end),
		cmocka_unit_test_setup_teardown(nobody_has_to_ask, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
