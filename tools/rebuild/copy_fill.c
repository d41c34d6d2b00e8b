/* copy_fill - the copy of mypage's view, filled from the stream of history. */
#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "adapters/mariadb/mypage/mypage_store.h"
#include "base/mem.h"
#include "tools/rebuild/copy.h"

#define BATCH         256
#define TAKE_LIMIT_MS 5000

struct fill {
	struct db *db;
	struct history history;
	struct event *events;
	size_t n;
	uint64_t tag; /* of the last arrival, to be acknowledged with all before it */
};

/* What was taken is merged, then acknowledged. */
static enum err
batch_merge(struct fill *fill)
{
	enum err err = mypage_copy_merge(fill->db, fill->events, fill->n);
	if (err == OK && fill->tag)
		err = consumer_ack(fill->history.broker, fill->tag, true);
	fill->tag = 0;
	fill->n = 0;
	return err;
}

/* Takes up to BATCH arrivals. ERR_NOT_FOUND: history ends with them. */
static enum err
batch_take(struct fill *fill)
{
	struct arrival arrival;
	for (size_t taken = 0; taken < BATCH; taken++) {
		enum err err = history_take(&fill->history, TAKE_LIMIT_MS, &arrival);
		if (err != OK)
			return err;
		fill->tag = arrival.tag;
		err = event_read(arrival.body->data ? arrival.body->data : "", arrival.body->len,
		                 &fill->events[fill->n]);
		if (err == OK)
			fill->n++;
		else if (err != ERR_POISON) /* nobody's event: the dead letters tell of it */
			return err;
	}
	return OK;
}

enum err
copy_fill(struct db *db, struct broker *broker, copy_progress *progress, uint64_t *ret_events)
{
	CLEANUP(free_p) struct event *events = calloc(BATCH, sizeof(*events));
	struct fill fill = {.db = db, .events = events};
	uint64_t total = 0;
	bool more = true;
	if (!events)
		return ERR_MEMORY;
	enum err err = broker_connect(broker);
	if (err == OK)
		err = history_start(broker, 2 * BATCH, &fill.history);
	while (err == OK && more) {
		err = batch_take(&fill);
		more = err != ERR_NOT_FOUND;
		total += fill.n;
		if (err == OK || !more)
			err = batch_merge(&fill);
		if (err == OK)
			progress("history", total);
	}
	broker_drop(broker);
	if (err == OK)
		*ret_events = total;
	return err;
}
