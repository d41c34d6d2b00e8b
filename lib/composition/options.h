/* SPDX-License-Identifier: MIT */
/*
 * options - how the settings say that the other parts are reached: what each adapter takes of them.
 */
#ifndef COMPOSITION_OPTIONS_H
#define COMPOSITION_OPTIONS_H

#include "adapters/amqp/broker.h"
#include "adapters/http/client.h"
#include "adapters/mariadb/db.h"
#include "config/settings.h"

/* The context's database. */
struct db_options db_options(const struct settings *settings);

/* RabbitMQ, for a connection of this name. Settings and name have to outlive the broker. */
struct broker_options broker_options(const struct settings *settings, const char *name,
                                     int stop_fd);

/* The service at url; "": those behind the internal listener. Settings and url have to outlive the
 * options. */
struct http_options http_options(const struct settings *settings, const char *url);

#endif
