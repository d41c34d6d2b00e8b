/* SPDX-License-Identifier: MIT */
/* merge: concurrent work is done together, each item once, and nobody waits for company. */
#include "adapters/mariadb/merge.h"
#include "base/mem.h"
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define THREADS 16
#define ROUNDS  500

/* What the work has seen; a gate holds it up while it is closed. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	unsigned at_work, most_at_work; /* batches */
	size_t batches[1000], n_batches;
	int order[1000];
	size_t n_items;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

struct item {
	int number;
	atomic_uint done; /* how often */
};

static void
work(void *self, void *const items[], size_t n)
{
	assert_ptr_equal(self, &seen);
	pthread_mutex_lock(&seen.lock);
	seen.at_work++;
	if (seen.at_work > seen.most_at_work)
		seen.most_at_work = seen.at_work;
	if (seen.n_batches < ARRAY_SIZE(seen.batches))
		seen.batches[seen.n_batches++] = n;
	for (size_t i = 0; i < n; i++) {
		struct item *item = items[i];
		if (seen.n_items < ARRAY_SIZE(seen.order))
			seen.order[seen.n_items++] = item->number;
		item->done++;
	}
	pthread_cond_broadcast(&seen.changed);
	while (!seen.open)
		pthread_cond_wait(&seen.changed, &seen.lock);
	seen.at_work--;
	pthread_mutex_unlock(&seen.lock);
}

static int
begin(void **state)
{
	(void)state;
	seen.open = true;
	seen.at_work = seen.most_at_work = 0;
	seen.n_batches = seen.n_items = 0;
	return 0;
}

static void
gate_set(bool open)
{
	pthread_mutex_lock(&seen.lock);
	seen.open = open;
	pthread_cond_broadcast(&seen.changed);
	pthread_mutex_unlock(&seen.lock);
}

static void
await_at_work(unsigned batches)
{
	pthread_mutex_lock(&seen.lock);
	while (seen.at_work < batches)
		pthread_cond_wait(&seen.changed, &seen.lock);
	pthread_mutex_unlock(&seen.lock);
}

static void
await_waiting(struct merge *merge, size_t n)
{
	while (merge_waiting(merge) < n)
		sched_yield();
}

static struct merge *
opened_for(size_t max, unsigned lanes, uint32_t wait_ms)
{
	const struct merge_options options = {
		.max = max, .lanes = lanes, .wait_ms = wait_ms, .work = work, .self = &seen};
	struct merge *merge;
	assert_ok(merge_open(&options, &merge));
	return merge;
}

static struct merge *
opened(size_t max, unsigned lanes)
{
	return opened_for(max, lanes, 60000);
}

struct caller {
	pthread_t thread;
	struct merge *merge;
	struct item item;
	enum err err;
};

static void *
submit(void *arg)
{
	struct caller *caller = arg;
	caller->err = merge_submit(caller->merge, &caller->item);
	return NULL;
}

static void
caller_start(struct caller *caller, struct merge *merge, int number)
{
	caller->merge = merge;
	caller->item.number = number;
	assert_int_equal(pthread_create(&caller->thread, NULL, submit, caller), 0);
}

static void
callers_join(struct caller callers[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
		assert_ok(callers[i].err);
		assert_int_equal(callers[i].item.done, 1);
	}
}

static void
who_comes_alone_is_done_at_once(void **state)
{
	(void)state;
	struct merge *merge = opened(8, 1);
	struct item item = {.number = 1};
	assert_ok(merge_submit(merge, &item));
	assert_int_equal(item.done, 1);
	assert_int_equal(seen.n_batches, 1);
	assert_int_equal(seen.batches[0], 1);
	merge_close(merge);
}

static void
who_comes_while_a_batch_is_done_is_in_the_next_one_in_order(void **state)
{
	(void)state;
	struct merge *merge = opened(8, 1);
	struct caller callers[5] = {0};
	gate_set(false);
	caller_start(&callers[0], merge, 0);
	await_at_work(1);
	for (int i = 1; i < 5; i++) {
		caller_start(&callers[i], merge, i);
		await_waiting(merge, (size_t)i);
	}
	gate_set(true);
	callers_join(callers, 5);
	assert_int_equal(seen.n_batches, 2);
	assert_int_equal(seen.batches[1], 4);
	for (int i = 0; i < 5; i++)
		assert_int_equal(seen.order[i], i);
	merge_close(merge);
}

static void
who_waits_too_long_for_a_lane_leaves_and_nothing_is_done(void **state)
{
	(void)state;
	struct merge *merge = opened_for(8, 1, 20);
	struct caller first = {.err = ERR_TIMEOUT}, callers[3] = {{.err = OK}};
	struct item item = {.number = 9};
	gate_set(false);
	caller_start(&first, merge, 0);
	await_at_work(1);
	for (int i = 0; i < 3; i++)
		caller_start(&callers[i], merge, 1 + i);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
		assert_err(callers[i].err, ERR_TIMEOUT);
		assert_int_equal(callers[i].item.done, 0);
	}
	assert_int_equal(merge_waiting(merge), 0);
	gate_set(true);
	callers_join(&first, 1);
	assert_ok(merge_submit(merge, &item));
	assert_int_equal(item.done, 1);
	assert_int_equal(seen.n_items, 2);
	merge_close(merge);
}

static void
no_batch_is_larger_than_its_limit(void **state)
{
	(void)state;
	struct merge *merge = opened(3, 1);
	struct caller callers[8] = {0};
	gate_set(false);
	caller_start(&callers[0], merge, 0);
	await_at_work(1);
	for (int i = 1; i < 8; i++)
		caller_start(&callers[i], merge, i);
	await_waiting(merge, 7);
	gate_set(true);
	callers_join(callers, 8);
	assert_int_equal(seen.n_batches, 4);
	assert_int_equal(seen.batches[1], 3);
	assert_int_equal(seen.batches[2], 3);
	assert_int_equal(seen.batches[3], 1);
	merge_close(merge);
}

static void
lanes_work_at_the_same_time_and_no_more_than_there_are(void **state)
{
	(void)state;
	struct merge *merge = opened(2, 3);
	struct caller callers[9] = {0};
	gate_set(false);
	for (int i = 0; i < 9; i++)
		caller_start(&callers[i], merge, i);
	await_at_work(3);
	gate_set(true);
	callers_join(callers, 9);
	assert_int_equal(seen.most_at_work, 3);
	merge_close(merge);
}

/* ---- many ---- */

static void *
submit_many(void *arg)
{
	struct merge *merge = arg;
	for (int i = 0; i < ROUNDS; i++) {
		struct item item = {.number = i};
		if (merge_submit(merge, &item) != OK)
			return arg;
		if (item.done != 1)
			return arg;
	}
	return NULL;
}

static void
each_of_many_items_is_done_once(void **state)
{
	(void)state;
	struct merge *merge = opened(5, 2);
	pthread_t threads[THREADS];
	void *failed;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, submit_many, merge), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(merge_waiting(merge), 0);
	assert_true(seen.most_at_work <= 2);
	merge_close(merge);
}

static void
options_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	struct merge *merge;
	const struct merge_options none = {.max = 0, .lanes = 1, .work = work};
	const struct merge_options many = {.max = MERGE_MAX + 1, .lanes = 1, .work = work};
	const struct merge_options no_lane = {.max = 1, .lanes = 0, .work = work};
	assert_err(merge_open(&none, &merge), ERR_BUG);
	assert_err(merge_open(&many, &merge), ERR_BUG);
	assert_err(merge_open(&no_lane, &merge), ERR_BUG);
	merge_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_comes_alone_is_done_at_once),
		TEST(who_comes_while_a_batch_is_done_is_in_the_next_one_in_order),
		TEST(who_waits_too_long_for_a_lane_leaves_and_nothing_is_done),
		TEST(no_batch_is_larger_than_its_limit),
		TEST(lanes_work_at_the_same_time_and_no_more_than_there_are),
		TEST(each_of_many_items_is_done_once),
		TEST(options_that_make_no_sense_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
