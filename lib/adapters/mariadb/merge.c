/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/merge.h"

#include "base/clock.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/* A thread that waits for its item, on its own stack. */
struct waiter {
	void *item;
	struct waiter *next; /* in the queue */
	bool taken, done;    /* by a lane */
	pthread_cond_t turn; /* the item is done, or a lane is free and this thread is to take it */
};

struct merge {
	struct merge_options options;
	pthread_mutex_t lock;
	struct waiter *first, **last; /* those whose items no lane has taken */
	size_t waiting;
	unsigned busy; /* lanes */
};

enum err
merge_open(const struct merge_options *options, struct merge **ret_merge)
{
	if (!options->lanes || !options->max || options->max > MERGE_MAX)
		return ERR_BUG_HERE();
	struct merge *merge = calloc(1, sizeof(*merge));
	if (!merge)
		return ERR_MEMORY;
	merge->options = *options;
	merge->last = &merge->first;
	if (pthread_mutex_init(&merge->lock, NULL) != 0) {
		free(merge);
		return ERR_SYSTEM_HERE();
	}
	*ret_merge = merge;
	return OK;
}

void
merge_close(struct merge *merge)
{
	if (!merge)
		return;
	pthread_mutex_destroy(&merge->lock);
	free(merge);
}

static void
queue_add(struct merge *merge, struct waiter *waiter)
{
	*merge->last = waiter;
	merge->last = &waiter->next;
	merge->waiting++;
}

static struct waiter *
queue_take(struct merge *merge)
{
	struct waiter *waiter = merge->first;
	merge->first = waiter->next;
	if (!merge->first)
		merge->last = &merge->first;
	merge->waiting--;
	waiter->taken = true;
	return waiter;
}

/* Of one that has waited too long. */
static void
queue_remove(struct merge *merge, struct waiter *waiter)
{
	struct waiter **at = &merge->first;
	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
	if (!*at)
		merge->last = at;
	merge->waiting--;
}

/* One more thread may take a lane: the one that has waited longest. */
static void
next_wake(struct merge *merge)
{
	if (merge->first && merge->busy < merge->options.lanes)
		pthread_cond_signal(&merge->first->turn);
}

/* Takes a lane and does what waits. Locked on entry and on return, not meanwhile. */
static void
batch_do(struct merge *merge)
{
	struct waiter *waiters[MERGE_MAX];
	void *items[MERGE_MAX];
	size_t n = 0;
	for (; merge->first && n < merge->options.max; n++) {
		waiters[n] = queue_take(merge);
		items[n] = waiters[n]->item;
	}
	merge->busy++;
	next_wake(merge);
	pthread_mutex_unlock(&merge->lock);
	merge->options.work(merge->options.self, items, n);
	pthread_mutex_lock(&merge->lock);
	merge->busy--;
	for (size_t i = 0; i < n; i++) {
		waiters[i]->done = true;
		pthread_cond_signal(&waiters[i]->turn);
	}
	next_wake(merge);
}

/* With the lock held: waits until the item is done, and does batches meanwhile. False: no lane took it in time. */
static bool
turn_await(struct merge *merge, struct waiter *me)
{
	const int64_t until = monotonic_ms() + merge->options.wait_ms;
	int late = 0;
	while (!me->done)
		if (merge->busy < merge->options.lanes && merge->first)
			batch_do(merge);
		else if (me->taken)
			pthread_cond_wait(&me->turn, &merge->lock);
		else if (late)
			break;
		else
			late = cond_wait_until(&me->turn, &merge->lock, until);
	return me->done;
}

enum err
merge_submit(struct merge *merge, void *item)
{
	struct waiter me = {.item = item};
	enum err err = monotonic_cond_init(&me.turn) ? ERR_SYSTEM_HERE() : OK;
	if (err != OK)
		return err;
	pthread_mutex_lock(&merge->lock);
	queue_add(merge, &me);
	if (!turn_await(merge, &me)) {
		queue_remove(merge, &me);
		err = ERR_TIMEOUT;
	}
	pthread_mutex_unlock(&merge->lock);
	pthread_cond_destroy(&me.turn);
	return err;
}

size_t
merge_waiting(struct merge *merge)
{
	pthread_mutex_lock(&merge->lock);
	const size_t waiting = merge->waiting;
	pthread_mutex_unlock(&merge->lock);
	return waiting;
}
