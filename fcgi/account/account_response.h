/* SPDX-License-Identifier: MIT */
/*
 * account_response - an account with its links, as the body of a response.
 */
#ifndef FCGI_ACCOUNT_ACCOUNT_RESPONSE_H
#define FCGI_ACCOUNT_ACCOUNT_RESPONSE_H

#include "domain/account/account.h"

struct response;

/* ERR_MEMORY. */
MUST_CHECK enum err account_response(const struct account *account, struct response *res);

#endif
