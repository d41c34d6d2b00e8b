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

/* How a program calls pay. */
struct pay_access {
	const char *breaker;  /* the name of its circuit breaker, shared by its processes */
	const char *other;    /* that of the other program, which is told when pay answers */
	uint32_t open_max_ms; /* how long the breaker stays open at most */
	uint32_t places;      /* of the bulkhead; at least one */
};

MUST_CHECK enum err composition_add_pay(struct app *app, const struct pay_access *access);

/* room and book, behind the internal listener. */
MUST_CHECK enum err composition_add_room_client(struct app *app);
MUST_CHECK enum err composition_add_book_client(struct app *app);

/* room, book and alarm for account, after composition_add_service_issuer(). */
MUST_CHECK enum err composition_add_account_contexts(struct app *app);

#endif
