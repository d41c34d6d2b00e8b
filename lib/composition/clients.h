/* SPDX-License-Identifier: MIT */
/*
 * clients - the ports of a composition to other contexts, over HTTP.
 *
 * Each is added to a composition that is open already; composition_close() closes it, whatever the
 * outcome. ERR_MEMORY, ERR_SYSTEM.
 */
#ifndef COMPOSITION_CLIENTS_H
#define COMPOSITION_CLIENTS_H

#include "app/app.h"

/* pay, behind a circuit breaker that all processes share that name it so, and a bulkhead of so many
 * places (at least one). */
MUST_CHECK enum err composition_add_pay(struct app *app, const char *breaker, uint32_t places);

/* room and book, behind the internal listener. */
MUST_CHECK enum err composition_add_room_client(struct app *app);
MUST_CHECK enum err composition_add_book_client(struct app *app);

#endif
