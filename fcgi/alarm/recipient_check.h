/* SPDX-License-Identifier: MIT */
/*
 * recipient_check - whether a request is about a recipient who can have settings.
 */
#ifndef FCGI_ALARM_RECIPIENT_CHECK_H
#define FCGI_ALARM_RECIPIENT_CHECK_H

#include "app/app.h"

#include <stdbool.h>

struct request;
struct response;

/* ERR_INVALID, with a fault at /recipientId: the request names nobody, or number 0. */
MUST_CHECK enum err recipient_check(const struct request *req, struct response *res);

/* Whether the caller acts by the key of a booking: it may see the notifications of the booking's guest
 * about that booking, which are those of number 0, and has no settings. */
bool recipient_has_key_only(const struct request *req);

/* Whether an e-mail is the recipient's own: the verified one of the account that asks, bytewise. Who is
 * believed without a proof (HOTEL_AUTH=off) is believed in this, too. */
bool recipient_owns_email(const struct request *req, const char *email);

/* Finds a notification that the caller may see, and whose it is. ERR_NOT_FOUND. */
MUST_CHECK enum err recipient_find(const struct app *app, const struct request *req,
                                   struct notification *ret_notification);

#endif
