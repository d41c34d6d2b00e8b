/* SPDX-License-Identifier: MIT */
/*
 * tokens - by what a program knows its callers, and how other programs know it.
 *
 * Each is added to a composition that is open already; composition_close() closes it, whatever the
 * outcome. ERR_MEMORY, ERR_SYSTEM; ERR_TOO_LARGE: a path is too long.
 */
#ifndef COMPOSITION_TOKENS_H
#define COMPOSITION_TOKENS_H

#include "app/app.h"

/* The keys of bookings, where the settings have their secret. */
void composition_add_booking_keys(struct app *app);

/* The verifier of access tokens, and of the tokens of the contexts that call this one; and the keys of
 * bookings. */
MUST_CHECK enum err composition_add_credentials(struct app *app, const char *context);

/* The issuer of the access tokens of accounts: of account alone. */
MUST_CHECK enum err composition_add_access_issuer(struct app *app);

/* The issuer of the tokens with which this context calls others. It is added before the clients. */
MUST_CHECK enum err composition_add_service_issuer(struct app *app, const char *context);

#endif
