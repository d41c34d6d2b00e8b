/* SPDX-License-Identifier: MIT */
/* bulkhead - places for so many calls at once. */
#include "adapters/system/bulkhead.h"

#include "base/clock.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct places {
	sem_t left;
	uint32_t n;
	atomic_uint_fast64_t refused;
};

static bool
enter(void *self, uint32_t wait_ms)
{
	struct places *places = self;
	const struct timespec until = timespec_of_ms(monotonic_ms() + wait_ms);
	int failed;
	do
		failed = sem_clockwait(&places->left, CLOCK_MONOTONIC, &until);
	while (failed && errno == EINTR);
	if (failed)
		atomic_fetch_add_explicit(&places->refused, 1, memory_order_relaxed);
	return !failed;
}

static void
leave(void *self)
{
	sem_post(&((struct places *)self)->left);
}

static void
read_state(void *self, struct bulkhead_state *ret_state)
{
	struct places *places = self;
	int left = 0;
	sem_getvalue(&places->left, &left); /* cannot fail */
	*ret_state = (struct bulkhead_state){
		.places = places->n,
		.busy = places->n - (left > 0 ? (uint32_t)left : 0),
		.refused = atomic_load_explicit(&places->refused, memory_order_relaxed)};
}

enum err
bulkhead_open(uint32_t places, struct bulkhead *ret_bulkhead)
{
	struct places *self = calloc(1, sizeof(*self));
	if (!self)
		return ERR_MEMORY;
	self->n = places ? places : 1;
	sem_init(&self->left, 0, self->n); /* cannot fail with such a number */
	*ret_bulkhead =
		(struct bulkhead){.self = self, .enter = enter, .leave = leave, .read = read_state};
	return OK;
}

void
bulkhead_close(struct bulkhead *bulkhead)
{
	struct places *self = bulkhead->self;
	if (!self)
		return;
	sem_destroy(&self->left);
	free(self);
	bulkhead->self = NULL;
}
