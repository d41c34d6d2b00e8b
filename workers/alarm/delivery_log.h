/* SPDX-License-Identifier: MIT */
/*
 * delivery_log - a delivery_store that counts the attempts, logs them and the deliveries that fail
 * without one, and passes each outcome on to the store below.
 */
#ifndef WORKERS_ALARM_DELIVERY_LOG_H
#define WORKERS_ALARM_DELIVERY_LOG_H

#include "app/alarm/ports.h"
#include "app/metrics.h"

struct delivery_log {
	struct delivery_store store; /* the one below */
	atomic_ullong attempts[CHANNEL_MAX][DELIVERY_STATE_MAX];
};

/* The port; the log, which starts with a store and zeroes, has to outlive it. */
struct delivery_store delivery_log_port(struct delivery_log *log);

/* Adds the attempts and the store's backlog. */
void delivery_log_metrics(const struct delivery_log *log, struct metrics *to);

#endif
