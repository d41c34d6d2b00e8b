/* SPDX-License-Identifier: MIT */
#include "workers/batch.h"

#include "base/backoff.h"

#include <stdlib.h>

#define RETRY_FIRST_MS 100u
#define RETRY_MOST_MS  5000u

enum err
batch_open(struct batch *batch, size_t max)
{
	*batch = (struct batch){.max = max};
	batch->events = calloc(max, sizeof(*batch->events));
	batch->items = calloc(max, sizeof(*batch->items));
	if (batch->events && batch->items)
		return OK;
	batch_close(batch);
	return ERR_MEMORY;
}

void
batch_close(struct batch *batch)
{
	free(batch->events);
	free(batch->items);
	*batch = (struct batch){.n = 0};
}

struct event *
batch_next(struct batch *batch)
{
	return batch->n < batch->max ? &batch->events[batch->n] : NULL;
}

void
batch_add(struct batch *batch, uint64_t tag)
{
	batch->items[batch->n++] = (struct batch_item){.tag = tag};
}

/* Applies one event alone. An error means that a dependency is unavailable: the event stays as it
 * was. */
static enum err
apply_single(struct batch *batch, size_t i, const struct worker *worker, const struct app *app,
             int64_t now_ms)
{
	struct batch_item *item = &batch->items[i];
	item->last = worker->apply(app, &batch->events[i], 1);
	switch (disposition_of(item->last)) {
	case DISPOSITION_ACK: item->state = BATCH_DONE; return OK;
	case DISPOSITION_DEAD_LETTER: item->state = BATCH_DEAD; return OK;
	case DISPOSITION_PAUSE: return item->last;
	case DISPOSITION_RETRY_SINGLE:
	case DISPOSITION_MAX: break;
	}
	item->failures++;
	item->retry_at_ms = now_ms + backoff_ms(RETRY_FIRST_MS, RETRY_MOST_MS, item->failures);
	if (item->failures >= BATCH_FAILURES_MAX)
		item->state = BATCH_DEAD;
	else
		batch->retries++;
	return OK;
}

/* Applies the events without failures: in one transaction, or, if that fails, one by one. */
static enum err
apply_fresh(struct batch *batch, size_t first, const struct worker *worker, const struct app *app,
            int64_t now_ms)
{
	if (first == batch->n)
		return OK;
	enum err err = worker->apply(app, &batch->events[first], batch->n - first);
	enum disposition disposition = disposition_of(err);
	if (disposition == DISPOSITION_PAUSE)
		return err;
	for (size_t i = first; i < batch->n; i++) {
		if (disposition == DISPOSITION_ACK)
			batch->items[i].state = BATCH_DONE;
		else if ((err = apply_single(batch, i, worker, app, now_ms)) != OK)
			return err;
	}
	return OK;
}

enum err
batch_apply(struct batch *batch, const struct worker *worker, const struct app *app, int64_t now_ms)
{
	size_t fresh = 0;
	while (fresh < batch->n && batch->items[fresh].failures)
		fresh++;
	enum err err = apply_fresh(batch, fresh, worker, app, now_ms);
	for (size_t i = 0; err == OK && i < fresh; i++)
		if (batch->items[i].retry_at_ms <= now_ms)
			err = apply_single(batch, i, worker, app, now_ms);
	return err;
}

bool
batch_is_done(const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		if (batch->items[i].state != BATCH_DONE)
			return false;
	return true;
}

void
batch_sweep(struct batch *batch)
{
	size_t kept = 0;
	for (size_t i = 0; i < batch->n; i++) {
		if (batch->items[i].state != BATCH_WAITING)
			continue;
		if (kept != i) {
			batch->items[kept] = batch->items[i];
			batch->events[kept] = batch->events[i];
		}
		kept++;
	}
	batch->n = kept;
}

int64_t
batch_retry_at(const struct batch *batch)
{
	int64_t at = INT64_MAX;
	for (size_t i = 0; i < batch->n && batch->items[i].failures; i++)
		if (batch->items[i].retry_at_ms < at)
			at = batch->items[i].retry_at_ms;
	return at;
}
