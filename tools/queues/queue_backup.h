/* SPDX-License-Identifier: MIT */
/*
 * queue_backup - the messages in the queues of all contexts and their dead-letter queues: saved to
 * a file without removing them, and loaded into the queues of another broker.
 *
 * The file has one line of JSON a message: {"queue":"alarm", "id", "type", "correlationId",
 * "contentType", "appId", "exchange", "routingKey", "timestamp", "body"}; the body is base64, as a
 * dead letter may hold arbitrary bytes. A queue has the name of its context, or that and ".dead", as
 * in earlier versions, whose files have no exchange and no routing key.
 */
#ifndef TOOLS_QUEUES_QUEUE_BACKUP_H
#define TOOLS_QUEUES_QUEUE_BACKUP_H

#include "adapters/amqp/broker.h"
#include "tools/queues/erased_ids.h"

#include <stdio.h>

/* Messages of one queue: as many can be read without an acknowledgement. */
#define QUEUE_BACKUP_MAX 60000

struct queue_backup {
	struct broker *broker; /* not connected */
	FILE *file;
	uint64_t events;
	struct erased_ids erased; /* of load */
	uint64_t left_out;        /* by load, as nobody knows whose contact it has */
	char why[160];            /* what is wrong; "": see broker_why() */
};

/*
 * Saves the messages of each queue to the file. Waits until no consumer is connected, so that no
 * message is on its way between queue and consumer. Every message stays in its queue. ERR_TIMEOUT:
 * a consumer stays connected. ERR_TOO_MANY: a queue has more than QUEUE_BACKUP_MAX. ERR_SYSTEM: the
 * file cannot be written. ERR_UNAVAILABLE, ERR_MEMORY.
 */
MUST_CHECK enum err queue_backup_save(struct queue_backup *backup);

/* Publishes the messages of the file to their queues, which exist, and waits for the confirms.
 * Forged events are left out and named on stderr. Events of erased bookings are loaded without the contact; one
 * that cannot be read and says that it is about such a booking is left out, and counted on stderr.
 * ERR_INVALID: the file is not a queue backup. ERR_SYSTEM: it cannot be read. ERR_UNAVAILABLE,
 * ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK enum err queue_backup_load(struct queue_backup *backup);

#endif
