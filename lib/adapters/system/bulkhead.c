/* SPDX-License-Identifier: MIT */
/* bulkhead - places for so many calls at once. */
#include "adapters/system/bulkhead.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>

struct places {
	pthread_mutex_t mutex; /* guards the members below */
	pthread_cond_t left;
	uint32_t n, busy;
	int64_t answered_ms; /* when a call was last answered */
	uint64_t refused;
};

/* With the mutex locked. Each answer is a reason to wait on. */
static bool
place_wait(struct places *places, uint32_t idle_ms, uint32_t wait_ms)
{
	const int64_t begin = monotonic_ms(), end = begin + wait_ms;
	while (places->busy == places->n) {
		const int64_t since = places->answered_ms > begin ? places->answered_ms : begin;
		const int64_t until = since + idle_ms < end ? since + idle_ms : end;
		if (monotonic_ms() >= until)
			return false;
		cond_wait_until(&places->left, &places->mutex, until);
	}
	return true;
}

static bool
enter(void *self, uint32_t idle_ms, uint32_t wait_ms)
{
	struct places *places = self;
	pthread_mutex_lock(&places->mutex);
	const bool entered = place_wait(places, idle_ms, wait_ms);
	places->busy += entered;
	places->refused += !entered;
	pthread_mutex_unlock(&places->mutex);
	return entered;
}

static void
leave(void *self, bool answered)
{
	struct places *places = self;
	pthread_mutex_lock(&places->mutex);
	places->busy--;
	if (answered)
		places->answered_ms = monotonic_ms();
	pthread_cond_signal(&places->left);
	pthread_mutex_unlock(&places->mutex);
}

static void
read_state(void *self, struct bulkhead_state *ret_state)
{
	struct places *places = self;
	pthread_mutex_lock(&places->mutex);
	*ret_state = (struct bulkhead_state){
		.places = places->n, .busy = places->busy, .refused = places->refused};
	pthread_mutex_unlock(&places->mutex);
}

enum err
bulkhead_open(uint32_t places, struct bulkhead *ret_bulkhead)
{
	struct places *self = calloc(1, sizeof(*self));
	if (!self)
		return ERR_MEMORY;
	self->n = places ? places : 1;
	enum err err = locks_init(&self->mutex, &self->left);
	if (err != OK) {
		free(self);
		return err;
	}
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
	pthread_cond_destroy(&self->left);
	pthread_mutex_destroy(&self->mutex);
	free(self);
	bulkhead->self = NULL;
}
