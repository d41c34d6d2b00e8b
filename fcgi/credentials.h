/* SPDX-License-Identifier: MIT */
/*
 * credentials - what a request shows of who sends it: an access token, the key of a booking, the token of
 * a service, or nothing. The request's other parts do not matter here.
 *
 * Authorization has one of the three as a bearer token (RFC 6750). A browser that has opened the link of
 * a booking sends its key as a cookie; nginx turns a browser's session into an access token.
 */
#ifndef FCGI_CREDENTIALS_H
#define FCGI_CREDENTIALS_H

#include "fcgi/request_read.h"

struct program;

/* Of the cookie with a booking's key: this and the booking's number; under TLS with __Host- before. */
#define BOOKING_COOKIE "booking-"

/*
 * Reads what was shown into ret_credentials. A credential that is shown and does not count is an error,
 * whatever else was shown: ERR_UNAUTHORIZED, with the detail in res. A cookie that does not count is as
 * good as none, because browsers send it without being asked. ERR_UNAVAILABLE: no key can be read.
 */
MUST_CHECK enum err credentials_read(const struct program *program, const struct raw_request *raw,
                                     const struct request *req, struct credentials *ret_credentials,
                                     struct response *res);

#endif
