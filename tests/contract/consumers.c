/* consumers - several consumers that get the same events at the same time. */
#include "tests/contract/consumers.h"

#include "tests/unit/test.h"

#include <pthread.h>
#include <stdlib.h>

#define CONSUMERS 8
#define BATCH     24

struct consumer {
	consumers_apply *apply;
	struct event *events; /* its own copy, shuffled */
	size_t n;
	enum err err;
};

/* Fisher and Yates, from a seed, so that a failure can be repeated. */
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

static void *
consume(void *arg)
{
	struct consumer *consumer = arg;
	for (size_t i = 0; consumer->err == OK && i < consumer->n; i += BATCH) {
		const size_t left = consumer->n - i;
		consumer->err = consumer->apply(consumer->events + i, left < BATCH ? left : BATCH);
	}
	return NULL;
}

void
consumers_run(consumers_apply *apply, const struct event events[], size_t n)
{
	struct consumer consumers[CONSUMERS];
	pthread_t threads[CONSUMERS];
	for (unsigned i = 0; i < CONSUMERS; i++) {
		consumers[i] = (struct consumer){.apply = apply, .n = n};
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
	}
	for (int i = 0; i < CONSUMERS; i++)
		assert_ok(consumers[i].err);
}
