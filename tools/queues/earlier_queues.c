/* SPDX-License-Identifier: MIT */
#include "tools/queues/earlier_queues.h"

#include "adapters/amqp/topology.h"
#include "base/mem.h"
#include "domain/context.h"

/* A queue without consumers has no message that is not acknowledged either. */
static enum err
queue_list(struct queue_backup *backup, const char *context, const char *suffix)
{
	struct queue_depth depth;
	char name[QUEUE_NAME_SIZE];
	snprintf(name, sizeof(name), "%s%s", context, suffix);
	enum err err = topology_depth(backup->broker, name, &depth);
	if (err != OK || !depth.exists)
		return err;
	const char *state = depth.messages || depth.consumers ? "used" : "empty";
	backup->events++;
	return fprintf(backup->file, "%s %s\n", name, state) < 0 ? ERR_SYSTEM_HERE() : OK;
}

enum err
earlier_queues_list(struct queue_backup *backup)
{
	static const char *const suffixes[] = {"", ".dead", ".refill"};
	enum err err = broker_connect(backup->broker);
	for (size_t i = 0; i < QUEUES; i++)
		for (size_t j = 0; err == OK && j < ARRAY_SIZE(suffixes); j++)
			err = queue_list(backup, contexts[i], suffixes[j]);
	broker_drop(backup->broker);
	if (err == OK && fflush(backup->file) != 0)
		err = ERR_SYSTEM_HERE();
	return err;
}
