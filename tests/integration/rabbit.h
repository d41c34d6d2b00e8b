/* SPDX-License-Identifier: MIT */
/*
 * rabbit - a private RabbitMQ with the product's definitions, for one test program.
 *
 * It ends with the program, in whatever way that ends. No function returns after a failure: a test
 * without its server has failed.
 */
#ifndef TESTS_INTEGRATION_RABBIT_H
#define TESTS_INTEGRATION_RABBIT_H

#include "adapters/amqp/broker.h"
#include "config/settings.h"
#include "domain/event.h"

#include <stddef.h>

/* Once, before there are threads. */
void rabbit_start(void);
void rabbit_stop(void);

/* kill -9; and a start with the stored data. */
void rabbit_crash(void);
void rabbit_restart(void);

/* One command of rabbitmqctl; arg may be NULL. */
void rabbit_ctl(const char *command, const char *arg);

/* Makes queues (by a pattern) refuse messages while they have one; and accept them again. */
void rabbit_fill(const char *queue);
void rabbit_unfill(void);

/* Settings of a context's worker. */
void rabbit_settings(const char *context, struct settings *ret_settings);

/* The options of a context's user, through another port than the server's if port is not 0. */
struct broker_options rabbit_options(const char *context, uint32_t port);

/* Connected as a context's user; the caller frees it. */
struct broker *rabbit_connect(const char *context);

/* Publishes an event as its context does. */
void rabbit_publish(const struct event *event);

/* Publishes bytes to an exchange, as its context. */
void rabbit_publish_text(const char *exchange, const char *routing_key, const char *body);

/* Removes all messages of a queue that the context may read. How many there were. */
size_t rabbit_drain(const char *context, const char *queue);

/* How many messages wait in the queue. */
uint32_t rabbit_depth(const char *context, const char *queue);

#endif
