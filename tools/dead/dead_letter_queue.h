/* SPDX-License-Identifier: MIT */
/*
 * dead_letter_queue - reads the dead letters of a context's queue without removing them.
 *
 * Dead letters are delivered and stay unacknowledged until one is resent or dropped: when this
 * program ends, in whatever way, the others return to their place.
 */
#ifndef TOOLS_DEAD_DEAD_LETTER_QUEUE_H
#define TOOLS_DEAD_DEAD_LETTER_QUEUE_H

#include "adapters/amqp/consumer.h"

#include <stddef.h>

#define DEAD_LETTERS_MAX 1000 /* read at once */
#define DEAD_LETTER_NAME sizeof(((struct received_message *)0)->id)

struct dead_letter_queue {
	struct broker *broker; /* delivers the dead letters */
	struct broker *sender; /* sends them again: one connection does not do both */
	char context[32];      /* the context that could not apply them: "alarm" */
	size_t seen, wanted;
};

/* Starts to read the dead letters of a context; broker is connected, sender need not be.
 * ret_waiting: how many there are; of more than DEAD_LETTERS_MAX only the first are delivered.
 * ERR_NOT_FOUND: the queue does not exist. ERR_UNAVAILABLE. */
MUST_CHECK enum err dead_letters_open(struct broker *broker, struct broker *sender,
                                      const char *context, struct dead_letter_queue *ret_queue,
                                      uint32_t *ret_waiting);

/* The next one; valid until the next call. ERR_NOT_FOUND: there is none. ERR_TIMEOUT: the broker
 * has not delivered it, as when another consumer has it. ERR_UNAVAILABLE. */
MUST_CHECK enum err dead_letters_next(struct dead_letter_queue *queue,
                                      struct received_message *ret_message);

/* The name of a dead letter: its message_id, or a hash of its body if it has none. */
void dead_letter_name(const struct received_message *received, char ret_name[DEAD_LETTER_NAME]);

/*
 * Puts a dead letter back into the queue it came from (not through an exchange: the other queues
 * had it), then removes it here. If the program dies in between, the message is in both queues;
 * consumers are idempotent. ERR_TOO_LARGE: it was not delivered whole. ERR_UNAVAILABLE.
 */
MUST_CHECK enum err dead_letter_resend(struct dead_letter_queue *queue,
                                       const struct received_message *received);

/* Removes a dead letter for good. ERR_UNAVAILABLE. */
MUST_CHECK enum err dead_letter_drop(struct dead_letter_queue *queue,
                                     const struct received_message *received);

#endif
