/* SPDX-License-Identifier: MIT */
#include "fcgi/room/room_host_check.h"

#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
room_host_check(const struct request *req, struct response *res)
{
	if (req->caller.id || !req->caller.proven)
		return OK;
	response_detail(res, "Sign in as a host, or leave role=host out to see the rooms of all.");
	return ERR_UNAUTHORIZED;
}
