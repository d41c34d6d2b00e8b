/* SPDX-License-Identifier: MIT */
/*
 * recipient_check - whether a request is about a recipient who can have settings.
 */
#ifndef FCGI_ALARM_RECIPIENT_CHECK_H
#define FCGI_ALARM_RECIPIENT_CHECK_H

#include "base/err.h"

struct request;
struct response;

/* ERR_INVALID, with a fault at /recipientId: the request names nobody, or number 0. */
MUST_CHECK enum err recipient_check(const struct request *req, struct response *res);

#endif
