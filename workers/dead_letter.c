/* SPDX-License-Identifier: MIT */
#include "workers/dead_letter.h"

#include "adapters/amqp/topology.h"

#define SEND_MS    5000u /* for the broker to confirm a dead letter */
#define SEND_TRIES 2u

/* A connection that was idle for long may be closed by now, so the first failure is not the last
 * try. */
enum err
dead_letter_publish(struct broker *sender, const char *context, const struct message *message)
{
	char exchange[QUEUE_NAME_SIZE];
	struct message dead = *message;
	enum publish_outcome outcome;
	topology_queue_name(context, ".dead", exchange);
	dead.exchange = exchange;
	dead.routing_key = "";
	for (unsigned tries = 1;; tries++) {
		enum err err = OK;
		if (!broker_is_connected(sender)) {
			err = broker_connect(sender);
			if (err == OK)
				err = topology_dead_exchange(sender, context);
		}
		if (err == OK)
			err = publisher_send(sender, &dead, 1, SEND_MS, SEND_MS, &outcome);
		if (err == OK && outcome == PUBLISH_CONFIRMED)
			return OK;
		broker_drop(sender);
		/* For the caller ERR_TIMEOUT would mean that nothing more has arrived. */
		if (tries == SEND_TRIES)
			return err == OK || err == ERR_TIMEOUT ? ERR_UNAVAILABLE : err;
	}
}
