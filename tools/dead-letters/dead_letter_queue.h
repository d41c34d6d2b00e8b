/*
 * dead_letter_queue - the dead letters of a context's queue, looked at without taking them away.
 *
 * Letters are delivered and stay unacknowledged until one is resent or dropped: whatever becomes of
 * this program, the others go back to where they were.
 */
#ifndef TOOLS_DEAD_LETTERS_DEAD_LETTER_QUEUE_H
#define TOOLS_DEAD_LETTERS_DEAD_LETTER_QUEUE_H

#include "adapters/amqp/consumer.h"

#include <stddef.h>

#define LETTERS_MAX 1000 /* looked at in one go */
#define LETTER_NAME sizeof(((struct arrival *)0)->id)

struct letters {
	struct broker *broker; /* where letters come from */
	struct broker *sender; /* where they are sent again: a connection does one or the other */
	char context[32];      /* whose queue it was: "alarm" */
	size_t seen, wanted;
};

/* Begins with the dead letters of a context; broker is connected, sender need not be. ret_waiting:
 * how many there are; of more than LETTERS_MAX only the first are delivered. ERR_NOT_FOUND: there
 * is no such queue. ERR_UNAVAILABLE.
 */
MUST_CHECK enum err letters_open(struct broker *broker, struct broker *sender, const char *context,
                                 struct letters *ret_letters, uint32_t *ret_waiting);

/* The next one; valid until the next call. ERR_NOT_FOUND: that was the last. ERR_UNAVAILABLE. */
MUST_CHECK enum err letters_next(struct letters *letters, struct arrival *ret_arrival);

/* What a letter is called: its message_id, or a name made of its body if it has none. */
void letter_name(const struct arrival *arrival, char ret_name[LETTER_NAME]);

/*
 * Puts a letter back into the queue it came from (not through an exchange: the other queues have
 * had it), then takes it away here. Dies this program in between, it stands in both: its effect
 * happens once all the same. ERR_TOO_LARGE: it is too long to be put back whole. ERR_UNAVAILABLE.
 */
MUST_CHECK enum err letter_resend(struct letters *letters, const struct arrival *arrival);

/* Takes a letter away for ever. ERR_UNAVAILABLE. */
MUST_CHECK enum err letter_drop(struct letters *letters, const struct arrival *arrival);

#endif
