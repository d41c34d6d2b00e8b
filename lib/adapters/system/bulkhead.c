/* bulkhead - places for so many calls at once. */
#include "adapters/system/circuit.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

static bool
enter(void *self, uint32_t wait_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	int failed;
	do
		failed = sem_clockwait(self, CLOCK_MONOTONIC, &until);
	while (failed && errno == EINTR);
	return !failed;
}

static void
leave(void *self)
{
	sem_post(self);
}

enum err
bulkhead_open(uint32_t places, struct bulkhead *ret_bulkhead)
{
	sem_t *semaphore = malloc(sizeof(*semaphore));
	if (!semaphore)
		return ERR_MEMORY;
	sem_init(semaphore, 0, places ? places : 1); /* cannot fail with such a number */
	*ret_bulkhead = (struct bulkhead){.self = semaphore, .enter = enter, .leave = leave};
	return OK;
}

void
bulkhead_close(struct bulkhead *bulkhead)
{
	if (!bulkhead->self)
		return;
	sem_destroy(bulkhead->self);
	free(bulkhead->self);
	bulkhead->self = NULL;
}
