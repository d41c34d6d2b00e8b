/* SPDX-License-Identifier: MIT */
/*
 * external_token - a token of the external issuer for one of ours (RFC 8693), a part of POST /tokens; and what
 * is said of such a token where it does not count.
 */
#ifndef FCGI_ACCOUNT_EXTERNAL_TOKEN_H
#define FCGI_ACCOUNT_EXTERNAL_TOKEN_H

#include "app/account/account_external_token.h"

struct request;
struct response;

/* ERR_INVALID: no token of others counts here, or the request is none; ERR_UNAUTHORIZED, ERR_UNAVAILABLE,
 * with a detail in res. */
MUST_CHECK enum err token_exchange(const struct app *app, const struct request *req,
                                   struct response *res);

/* Says in res, and in the log, why a token of the issuer was refused. Returns err. */
MUST_CHECK enum err external_token_tell(const struct request *req, struct response *res,
                                        enum err err, const char *why);

#endif
