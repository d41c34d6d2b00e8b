/* SPDX-License-Identifier: MIT */
#include "tests/contract/consumers.h"

#include "tests/contract/database.h"
#include "tests/unit/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CONSUMERS 8
#define BATCH     24
#define KILLS     25

struct consumer {
	consumers_apply *apply;
	struct event *events; /* its own copy, shuffled */
	size_t n;
	int patience; /* how often the database may be unavailable */
	enum err err;
};

/* Fisher-Yates, from a seed, so that a failure can be reproduced. */
static void
shuffle(struct event *events, size_t n, unsigned seed)
{
	for (size_t i = n; i > 1; i--) {
		const size_t other = (size_t)rand_r(&seed) % i;
		const struct event kept = events[i - 1];
		events[i - 1] = events[other];
		events[other] = kept;
	}
}

static bool
is_unavailable(enum err err)
{
	return err == ERR_UNAVAILABLE || err == ERR_UNKNOWN;
}

static void *
consume(void *arg)
{
	struct consumer *consumer = arg;
	for (size_t i = 0; i < consumer->n;) {
		const size_t left = consumer->n - i, n = left < BATCH ? left : BATCH;
		consumer->err = consumer->apply(consumer->events + i, n);
		if (consumer->err == OK)
			i += n;
		else if (!is_unavailable(consumer->err) || !consumer->patience--)
			break;
	}
	return NULL;
}

/* Returns the first error instead of failing: the caller has a thread to join. */
static enum err
run(consumers_apply *apply, const struct event events[], size_t n, int patience)
{
	struct consumer consumers[CONSUMERS];
	pthread_t threads[CONSUMERS];
	enum err err = OK;
	for (unsigned i = 0; i < CONSUMERS; i++) {
		consumers[i] = (struct consumer){.apply = apply, .n = n, .patience = patience};
		consumers[i].events = calloc(n, sizeof(*events));
		assert_non_null(consumers[i].events);
		for (size_t k = 0; k < n; k++)
			consumers[i].events[k] = events[k];
		shuffle(consumers[i].events, n, i);
	}
	for (int i = 0; i < CONSUMERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, consume, &consumers[i]), 0);
	for (int i = 0; i < CONSUMERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		free(consumers[i].events);
		if (err == OK)
			err = consumers[i].err;
	}
	return err;
}

void
consumers_run(consumers_apply *apply, const struct event events[], size_t n)
{
	assert_ok(run(apply, events, n, 0));
}

/* ---- with killed sessions ---- */

struct killer {
	const char *context;
	atomic_bool over;
	int kills;
};

static void *
kill_sessions(void *arg)
{
	struct killer *killer = arg;
	const struct timespec pause = {.tv_nsec = 5000000};
	char sql[64];
	snprintf(sql, sizeof(sql), "KILL USER hotel_%s@localhost", killer->context);
	while (!killer->over && killer->kills < KILLS) {
		nanosleep(&pause, NULL);
		database_run(killer->context, sql);
		killer->kills++;
	}
	return NULL;
}

void
consumers_run_killed(consumers_apply *apply, const struct event events[], size_t n,
                     const char *context)
{
	struct killer killer = {.context = context};
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, kill_sessions, &killer), 0);
	enum err err = run(apply, events, n, KILLS);
	killer.over = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_ok(err);
	assert_true(killer.kills > 0);
}
