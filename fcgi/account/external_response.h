/* SPDX-License-Identifier: MIT */
/*
 * external_response - leads a browser that signs in elsewhere to the page that says how it ended.
 */
#ifndef FCGI_ACCOUNT_EXTERNAL_RESPONSE_H
#define FCGI_ACCOUNT_EXTERNAL_RESPONSE_H

#include "app/account/account_external.h"

struct request;
struct response;

/* 303 to the page of a result: the account, or where one signs in. links: of an attempt to link. why: for
 * the log; NULL: nothing. */
void external_result_tell(const struct request *req, struct response *res,
                          enum external_result result, bool links, const char *why);

/* The same for an outcome that no result stands for: the page explains the problem. Returns OK. */
MUST_CHECK enum err external_problem_tell(struct response *res, enum err err, bool links);

/* What the provider is called: HOTEL_OIDC_NAME, or the host of the issuer. Returns text. */
#define EXTERNAL_NAME_SIZE TEXT_PREFIX_SIZE
const char *external_name(const struct app *app, char text[EXTERNAL_NAME_SIZE]);

#endif
