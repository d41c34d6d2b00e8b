/*
 * delivery - brings what waits to where it goes.
 *
 * Nothing is carried inside a transaction: a claim is committed, the other side is spoken to, the
 * outcome is committed. A crash in between leads to a second try with the same id, so that the
 * other side can tell.
 */
#ifndef APP_DELIVERY_H
#define APP_DELIVERY_H

#include "app/app.h"
#include "app/alarm/mail.h"

#include <pthread.h>

#define DELIVERY_THREADS 5 /* of the program; how they are shared out: delivery_carry.c */

/* What the threads of a program that deliver share. */
struct courier {
	pthread_mutex_t lock;
	unsigned busy[CHANNEL_MAX];      /* threads that carry for a channel */
	int64_t look_at_ms[CHANNEL_MAX]; /* nobody looks for work before, by monotonic_ms() */
};

void courier_init(struct courier *courier);

/* One round of one thread: claims what is due for one destination, carries it, notes what became of
 * it. ret_more: there was something. Where HOTEL_DELIVERY is off nothing is claimed, and all of it
 * waits. As the port's functions. */
MUST_CHECK enum err delivery_carry(const struct app *app, bool *ret_more);

#endif
