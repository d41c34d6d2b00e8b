/* SPDX-License-Identifier: MIT */
/*
 * caller_read - in which capacity a request acts: what its credentials allow, and what its route and its
 * field `role` ask for.
 */
#ifndef FCGI_CALLER_READ_H
#define FCGI_CALLER_READ_H

#include "fcgi/request.h"
#include "fcgi/response.h"

#define SIGNED_IN_FIELD \
	"signedIn" /* "true" in a form that was made for somebody who is signed in */

/*
 * Without credentials a request is who it says it is where that is allowed (HOTEL_AUTH=off), else
 * nobody. ERR_UNAUTHORIZED: nobody may not do this; ERR_FORBIDDEN: the account lacks the role;
 * ERR_INVALID: a field cannot be read. Each with its detail or faults in res.
 */
MUST_CHECK enum err caller_read(const struct request *req, struct caller *caller,
                                struct response *res);

#endif
