/* SPDX-License-Identifier: MIT */
/*
 * delivery_send - sends the deliveries that are due by mail and webhook.
 *
 * Nothing is sent inside a transaction: a claim is committed, the message is sent, the outcome is
 * committed. A crash in between leads to a second attempt with the same id, by which the receiver
 * recognises the duplicate.
 */
#ifndef APP_ALARM_DELIVERY_SEND_H
#define APP_ALARM_DELIVERY_SEND_H

#include "app/alarm/mail.h"
#include "app/app.h"

#include <pthread.h>

/* Of the program; delivery_send.c limits how many of them each channel may use. */
#define DELIVERY_THREADS 5

/* Shared by the threads that send. */
struct delivery_pool {
	pthread_mutex_t lock;
	unsigned busy[CHANNEL_MAX];         /* threads that send by a channel */
	int64_t idle_until_ms[CHANNEL_MAX]; /* no thread looks for work before; monotonic_ms() */
};

void delivery_pool_init(struct delivery_pool *pool);

/* One round of one thread: claims what is due for one destination, sends it and stores the
 * outcomes. ret_more: something was due. With HOTEL_DELIVERY=off it does nothing, and all
 * deliveries wait. Outcomes are those of delivery_store. */
MUST_CHECK enum err delivery_send(const struct app *app, bool *ret_more);

#endif
