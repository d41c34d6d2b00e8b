/* SPDX-License-Identifier: MIT */
/*
 * accounts - what proves who somebody is: hashes of passwords, one-time codes, tokens.
 *
 * Each is added to a composition that is open already; composition_close() closes it, whatever the
 * outcome. ERR_MEMORY, ERR_SYSTEM.
 */
#ifndef COMPOSITION_ACCOUNTS_H
#define COMPOSITION_ACCOUNTS_H

#include "app/app.h"

/* Everything that signing up and in needs beside the stores. */
MUST_CHECK enum err composition_add_sign_in(struct app *app);

/* What seals keys of one-time codes, by the secret of the settings: a part of the above. */
MUST_CHECK enum err composition_add_otp_sealer(struct app *app);

/* The OpenID provider of the settings; without one nothing is added. */
MUST_CHECK enum err composition_add_oidc(struct app *app);

/* Random tokens and their hashes alone. */
MUST_CHECK enum err composition_add_opaque_tokens(struct app *app);

#endif
