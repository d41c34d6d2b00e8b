/* SPDX-License-Identifier: MIT */
/*
 * room_host_check - what everybody may read of rooms, asked for by a host.
 */
#ifndef FCGI_ROOM_ROOM_HOST_CHECK_H
#define FCGI_ROOM_ROOM_HOST_CHECK_H

#include "base/err.h"

struct request;
struct response;

/* With role=host: ERR_UNAUTHORIZED, with its detail, if the request is nobody's, who has no rooms. */
MUST_CHECK enum err room_host_check(const struct request *req, struct response *res);

#endif
