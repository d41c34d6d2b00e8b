/* SPDX-License-Identifier: MIT */
/* shadow_fill - fills the shadow from the stream `history`. */
#include "adapters/mariadb/mypage/mypage_store.h"
#include "base/mem.h"
#include "tools/common/broker_history.h"
#include "tools/rebuild/shadow.h"

#define BATCH 256

struct fill {
	struct db *db;
	struct event *events;
	size_t n;
	uint64_t total;
	shadow_progress *progress;
};

static enum err
batch_merge(struct fill *fill)
{
	enum err err = mypage_copy_merge(fill->db, fill->events, fill->n);
	if (err != OK)
		return err;
	fill->total += fill->n;
	fill->n = 0;
	fill->progress("history", fill->total);
	return OK;
}

static enum err
event_add(const struct event *event, void *arg)
{
	struct fill *fill = arg;
	fill->events[fill->n++] = *event;
	return fill->n == BATCH ? batch_merge(fill) : OK;
}

enum err
shadow_fill(struct db *db, struct broker *broker, shadow_progress *progress, uint64_t *ret_events)
{
	CLEANUP(free_p) struct event *events = calloc(BATCH, sizeof(*events));
	struct fill fill = {.db = db, .events = events, .progress = progress};
	if (!events)
		return ERR_MEMORY;
	enum err err = broker_history_read(broker, NULL, event_add, &fill);
	if (err == OK)
		err = batch_merge(&fill);
	if (err == OK)
		*ret_events = fill.total;
	return err;
}
