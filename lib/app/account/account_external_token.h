/* SPDX-License-Identifier: MIT */
/*
 * account_external_token - tokens of the external issuer of the settings, which programs show to act as an account
 * (RFC 8693): who they are there leads to the account that it is linked to (domain/account/identity.h).
 */
#ifndef APP_ACCOUNT_ACCOUNT_EXTERNAL_TOKEN_H
#define APP_ACCOUNT_ACCOUNT_EXTERNAL_TOKEN_H

#include "app/account/account.h"

/* Whether the settings name an issuer and the audience that its tokens for this system have. */
bool account_exchange_is_offered(const struct app *app);

/*
 * Exchanges a token of the issuer for an access token of the account: in roles by external_token_roles(),
 * and for no longer than the token counts itself. No session begins. ERR_UNAUTHORIZED, with ret_why for the
 * log: it does not count, it is linked to no account, or the account signs in with password and code only.
 * ERR_UNAVAILABLE: the issuer's keys cannot be fetched now.
 */
MUST_CHECK enum err account_exchange(const struct app *app, const char *token,
                                     const struct account_client *client,
                                     struct access_token *ret_token, const char **ret_why);

/*
 * Links who such a token is of to the account that is signed in. ERR_UNAUTHORIZED, ERR_UNAVAILABLE: as
 * above; ERR_TAKEN: it is another account's; ERR_TOO_MANY: the account has IDENTITIES_MAX.
 */
MUST_CHECK enum err account_token_link(const struct app *app, const char *token,
                                       uint64_t account_id, const struct account_client *client,
                                       const char **ret_why);

#endif
