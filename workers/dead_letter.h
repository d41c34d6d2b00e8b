/* SPDX-License-Identifier: MIT */
/*
 * dead_letter - publishes a message to the dead-letter queue of a context, for sources that cannot
 * be told to do so: the stream `history`, and the dead letters of an earlier version.
 */
#ifndef WORKERS_DEAD_LETTER_H
#define WORKERS_DEAD_LETTER_H

#include "adapters/amqp/publisher.h"

/* Publishes it, whatever its exchange and routing key are, and waits for the confirm. Connects the
 * sender if it is not connected. ERR_UNAVAILABLE, ERR_MEMORY, ERR_CLOSED: the program is to end. */
MUST_CHECK enum err dead_letter_publish(struct broker *sender, const char *context,
                                        const struct message *message);

#endif
