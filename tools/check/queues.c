/* SPDX-License-Identifier: MIT */
#include "tools/check/queues.h"

#include "adapters/amqp/topology.h"
#include "domain/context.h"

#include <inttypes.h>
#include <stdio.h>

static enum err
depth_check(struct broker *broker, const char *queue, const char *rule, struct findings *findings)
{
	struct queue_depth depth;
	char row[128];
	enum err err = topology_depth(broker, queue, &depth);
	if (err != OK || (depth.exists && depth.messages == 0))
		return err;
	snprintf(row, sizeof(row), "queue %s: %" PRIu32 " messages", queue, depth.messages);
	return findings_add(findings, "I8", rule, depth.exists ? row : "a queue is missing");
}

static enum err
all_check(struct broker *broker, const char *suffix, const char *rule, struct findings *findings)
{
	char queue[QUEUE_NAME_SIZE];
	enum err err = OK;
	findings_begin(findings);
	for (size_t i = 0; err == OK && i < QUEUES; i++) {
		topology_queue_name(contexts[i], suffix, queue);
		err = depth_check(broker, queue, rule, findings);
	}
	return err == OK ? findings_end(findings) : err;
}

enum err
queues_check(struct broker *broker, struct findings *findings)
{
	enum err err = all_check(broker, "", "every event is consumed", findings);
	if (err == OK)
		err = all_check(broker, ".dead", "there are no dead letters", findings);
	return err;
}
