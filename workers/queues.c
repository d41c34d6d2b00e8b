/* SPDX-License-Identifier: MIT */
#include "workers/queues.h"

#include "base/clock.h"
#include "base/day.h"

#define POLL_MS 2000

static enum err
queue_poll(struct queues *queues, struct broker *broker, size_t i)
{
	struct queue_depth live, dead;
	char name[QUEUE_NAME_SIZE];
	topology_queue_name(contexts[i], "", name);
	enum err err = topology_depth(broker, name, &live);
	topology_queue_name(contexts[i], ".dead", name);
	if (err == OK)
		err = topology_depth(broker, name, &dead);
	if (err != OK)
		return err;
	queues->seen[i].messages = live.messages;
	queues->seen[i].consumers = live.consumers;
	queues->seen[i].dead = dead.messages;
	queues->seen[i].exists = live.exists;
	return OK;
}

enum err
queues_poll(struct queues *queues, struct broker *broker)
{
	int64_t now = monotonic_ms();
	if (now < queues->poll_at_ms)
		return OK;
	for (size_t i = 0; i < QUEUES; i++) {
		enum err err = queue_poll(queues, broker, i);
		if (err != OK)
			return err;
	}
	queues->poll_at_ms = now + POLL_MS;
	queues->known = true;
	return OK;
}

void
queues_forget(struct queues *queues)
{
	queues->known = false;
	queues->poll_at_ms = 0;
}

void
queues_metrics(const struct queues *queues, struct metrics *to)
{
	if (!queues->known)
		return;
	for (size_t i = 0; i < QUEUES; i++)
		if (queues->seen[i].exists)
			METRIC(to, METRIC_QUEUE_MESSAGES, queues->seen[i].messages, contexts[i]);
	for (size_t i = 0; i < QUEUES; i++)
		if (queues->seen[i].exists)
			METRIC(to, METRIC_QUEUE_CONSUMERS, queues->seen[i].consumers, contexts[i]);
	for (size_t i = 0; i < QUEUES; i++)
		METRIC(to, METRIC_DEAD_LETTERS, queues->seen[i].dead, contexts[i]);
}
