/*
 * delivery - brings what waits to where it goes.
 *
 * Nothing is outcome inside a transaction: a claim is committed, the other side is spoken to, the
 * outcome is committed. A crash in between leads to a second try with the same id, so that the
 * other side can tell.
 */
#ifndef APP_ALARM_DELIVERY_H
#define APP_ALARM_DELIVERY_H

#include "app/alarm/mail.h"
#include "app/app.h"

#include <pthread.h>

#define DELIVERY_THREADS 5 /* of the program; how they are shared out: delivery_send.c */

/* What the threads of a program that deliver share. */
struct delivery_pool {
	pthread_mutex_t lock;
	unsigned busy[CHANNEL_MAX];      /* threads that carry for a channel */
	int64_t look_at_ms[CHANNEL_MAX]; /* nobody looks for work before, by monotonic_ms() */
};

void delivery_pool_init(struct delivery_pool *pool);

/* One round of one thread: claims what is due for one destination, carries it, notes what became of
 * it. ret_more: there was something. Where HOTEL_DELIVERY is off nothing is claimed, and all of it
 * waits. As the port's functions. */
MUST_CHECK enum err delivery_send(const struct app *app, bool *ret_more);

#endif
