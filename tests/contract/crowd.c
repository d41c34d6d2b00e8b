/* SPDX-License-Identifier: MIT */
/* crowd - many threads that do the same at the same time. */
#include "tests/contract/crowd.h"

#include "tests/unit/test.h"

#include <pthread.h>
#include <stdlib.h>

struct member {
	pthread_t thread;
	pthread_barrier_t *start;
	unsigned number;
	crowd_act *act;
	void *arg;
};

static void *
member_run(void *arg)
{
	const struct member *member = arg;
	pthread_barrier_wait(member->start);
	member->act(member->number, member->arg);
	return NULL;
}

void
crowd_run(unsigned n, crowd_act *act, void *arg)
{
	pthread_barrier_t start;
	struct member *members = calloc(n, sizeof(*members));
	assert_non_null(members);
	assert_int_equal(pthread_barrier_init(&start, NULL, n), 0);
	for (unsigned i = 0; i < n; i++) {
		members[i] = (struct member){.start = &start, .number = i, .act = act, .arg = arg};
		assert_int_equal(pthread_create(&members[i].thread, NULL, member_run, &members[i]),
		                 0);
	}
	for (unsigned i = 0; i < n; i++)
		pthread_join(members[i].thread, NULL);
	pthread_barrier_destroy(&start);
	free(members);
}
